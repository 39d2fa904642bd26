/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a benchmark of the kernel is: a function that does something `count` times, and what is
 * known of others that do the same.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

struct bench {
    const char *name;
    void (*run)(uint32_t count);
    uint32_t operations; /* that one of `count` is */
    double limit;        /* ns an operation; 0 for none */
    const char *others;  /* what others take, and whose claim or measurement that is */
};

/* Ends with a row whose name is NULL. */
extern const struct bench memory_benches[];
extern const struct bench large_memory_benches[]; /* these take 64 MB */
extern const struct bench task_benches[];
extern const struct bench channel_benches[];

/* Ends the program with the text if `good` is false. */
void bench_expect(int good, const char *text);

/* Memory for the benchmarks, whole pages of 4 KB, as much as there is. */
uint8_t *bench_memory(size_t *size);

/* Bytes of the guard that a stack has. */
extern size_t bench_guard;

#endif
