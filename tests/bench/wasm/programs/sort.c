/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Bound by memory: n numbers, larger than the caches, sorted by merging, and looked up by bisection
 * in random order.
 */
#include "program.h"

EXPORT(sort)

#define MOST (4u << 20)

static uint32_t numbers[MOST], spare[MOST];

static void merge(const uint32_t *from, uint32_t *to, uint32_t low, uint32_t middle, uint32_t high)
{
    uint32_t left = low, right = middle;

    for (uint32_t i = low; i < high; i++) {
        if (left < middle && (right >= high || from[left] <= from[right]))
            to[i] = from[left++];
        else
            to[i] = from[right++];
    }
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

PROGRAM(sort)
{
    uint32_t *from = numbers, *to = spare, *swap;
    uint64_t state = 3, sum = 0;

    n = smaller(n, MOST);
    for (uint32_t i = 0; i < n; i++)
        from[i] = random_next(&state);
    for (uint32_t width = 1; width < n; width *= 2) {
        for (uint32_t low = 0; low < n; low += 2 * width)
            merge(from, to, low, smaller(low + width, n), smaller(low + 2 * width, n));
        swap = from;
        from = to;
        to = swap;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t wanted = random_next(&state), low = 0, high = n;

        while (low < high) {
            uint32_t middle = low + (high - low) / 2;

            if (from[middle] < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        sum += low;
    }
    return sum + from[n / 2];
}
