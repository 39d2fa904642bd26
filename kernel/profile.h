/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the hardware is, as its architecture layer found it at boot, to be compared with what the
 * board's file says and to choose by. Features have the names that arch.yaml's `cpus:` has.
 */
#ifndef KERNEL_PROFILE_H
#define KERNEL_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cpu_feature {
    const char *name; /* "sve2" */
    bool present;
};

enum cache_kind { CACHE_DATA, CACHE_INSTRUCTION, CACHE_UNIFIED };

struct cpu_cache {
    uint32_t size; /* bytes */
    uint16_t line; /* bytes */
    uint8_t level; /* 1 is the nearest */
    enum cache_kind kind;
};

enum { CPU_CACHES = 8 };

struct cpu_profile {
    const struct cpu_feature *features; /* all that the architecture layer can tell */
    size_t feature_count;
    unsigned vector_bits; /* of the longest vector register that code may use; 0 if none */
    struct cpu_cache caches[CPU_CACHES]; /* by level; of one level data before instructions */
    size_t cache_count;
};

/* True if the CPU has that feature; false also for a name that its architecture does not know. Any
 * context. */
bool profile_has(const char *feature);

/* Logs each feature that the board's file gives its CPU and that is not there; what would use it
 * falls back. Boot context. */
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
