/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the hardware is, as its architecture layer found it at boot, to be compared with what the
 * board's file says and to choose by. Features are bits: which they are stands in the
 * architecture's arch.yaml, and in the enum of <cpu_features.h> that is generated from it.
 */
#ifndef KERNEL_PROFILE_H
#define KERNEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cache_kind { CACHE_DATA, CACHE_INSTRUCTION, CACHE_UNIFIED };

struct cpu_cache {
    uint32_t size; /* bytes */
    uint16_t line; /* bytes */
    uint8_t level; /* 1 is the nearest */
    enum cache_kind kind;
};

enum { CPU_CACHES = 8 };

struct profile {
    const char *version;  /* of the architecture: "Armv8.2-A", "x86-64-v3" */
    uint64_t features;    /* bit n: feature n of <cpu_features.h> is there and may be used */
    unsigned vector_bits; /* of the longest vector register that code may use; 0 if none */
    struct cpu_cache caches[CPU_CACHES]; /* by level; of one level data before instructions */
    size_t cache_count;
    unsigned cores;  /* that the hardware has; 0 where nothing tells: as many as the board's file */
    uint64_t memory; /* bytes of RAM that it has; 0 where nothing tells */
};

/* The board's. Its architecture fills it in, and drivers of what describes the hardware when they
 * start; constant afterwards. */
extern struct profile profile;

/* True if the CPU has that feature, a value of <cpu_features.h>'s enum. Any context. */
bool profile_has(unsigned feature);

/* Logs each feature that the board's file gives its CPU and that is not there, and a lack of cores;
 * what would use them falls back. Boot context. */
void profile_check(void);

/* What differs from the board's file, as whoever compares finds it: a line of text, logged as a
 * warning of `module` and kept. Of more than PROFILE_DIFFERENCES lines the rest is only logged and
 * counted. Boot context. */
void profile_differs(const char *module, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

enum { PROFILE_DIFFERENCES = 8, PROFILE_DIFFERENCE_SIZE = 96 };

/* How many differences were found. Any context. */
size_t profile_difference_count(void);

/* The text of a difference below both that count and PROFILE_DIFFERENCES, else NULL. Any context.
 */
const char *profile_difference(size_t index);

/* "data", "instruction", "unified". */
const char *cache_kind_name(enum cache_kind kind);

#endif
