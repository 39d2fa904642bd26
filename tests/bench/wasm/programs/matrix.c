/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The product of two f64 matrices of 256 by 256, n times.
 */
#include "program.h"

EXPORT(matrix)

#define SIZE 256

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

PROGRAM(matrix)
{
    uint64_t state = 5;
    double sum = 0;

    for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = random_unit(&state);
            b[i][j] = random_unit(&state);
            c[i][j] = 0;
        }
    }
    for (uint32_t turn = 0; turn < n; turn++) {
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                double dot = 0;

                for (int k = 0; k < SIZE; k++)
                    dot += a[i][k] * b[k][j];
                c[i][j] += dot;
            }
        }
    }
    for (int i = 0; i < SIZE; i++)
        sum += c[i][(i * 7) % SIZE];
    return (uint64_t)(sum * 1000);
}
