/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A benchmark program: one source, compiled natively and for wasm32. PROGRAM names the one function
 * that it exports; it takes how much to do and returns a number that depends on all of it, by which
 * the two are compared. No library: what a program needs it has.
 */
#ifndef TESTS_BENCH_WASM_PROGRAM_H
#define TESTS_BENCH_WASM_PROGRAM_H

#include <stdint.h>

#define PROGRAM(name) uint64_t bench_##name(uint32_t n)

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name))) PROGRAM(name);
#else
#define EXPORT(name) PROGRAM(name);
#endif

/* A linear congruential generator (Knuth's MMIX constants), the upper half. */
static inline uint32_t random_next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 32);
}

static inline double random_unit(uint64_t *state)
{
    return random_next(state) * (1.0 / 4294967296.0);
}

#endif
