/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Streams: a[i] = b[i] + k * c[i] over arrays of 16 MiB each, n times.
 */
#include "program.h"

EXPORT(triad)

#define LENGTH (2u << 20)

static double a[LENGTH], b[LENGTH], c[LENGTH];

static __attribute__((noinline)) void triad(double *to, const double *left, const double *right,
                                            double k)
{
    for (uint32_t i = 0; i < LENGTH; i++)
        to[i] = left[i] + k * right[i];
}

PROGRAM(triad)
{
    for (uint32_t i = 0; i < LENGTH; i++) {
        b[i] = i;
        c[i] = 1.0 / (1 + i);
    }
    for (uint32_t turn = 0; turn < n; turn++)
        triad(a, b, c, 0.5 + turn);
    return (uint64_t)(a[LENGTH / 2] * 1e6);
}
