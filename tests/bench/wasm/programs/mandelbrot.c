/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Floating point in a tight loop with a float comparison: the Mandelbrot set on an n by n grid.
 */
#include "program.h"

EXPORT(mandelbrot)

PROGRAM(mandelbrot)
{
    uint64_t inside = 0;

    for (uint32_t row = 0; row < n; row++) {
        for (uint32_t column = 0; column < n; column++) {
            double cr = 3.0 * column / n - 2.25, ci = 2.5 * row / n - 1.25;
            double zr = 0, zi = 0;
            uint32_t turns = 0;

            while (turns < 200 && zr * zr + zi * zi <= 4.0) {
                double next = zr * zr - zi * zi + cr;

                zi = 2.0 * zr * zi + ci;
                zr = next;
                turns++;
            }
            inside += turns;
        }
    }
    return inside;
}
