/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An agent with work of its own, to be done right whoever lives beside it.
 */
#include <ranvier.h>

static uint8_t message[RANVIER_MESSAGE];

/* The sum of the numbers below n that neither 3 nor 5 divides. */
RANVIER_EXPORT(work) uint32_t work(uint32_t n)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < n; i++)
        if (i % 3 && i % 5)
            sum += i;
    return sum;
}

/* How many messages were waiting. */
RANVIER_EXPORT(empty) uint32_t empty(void)
{
    struct ranvier_id from;
    uint32_t count = 0;

    while (count < 1000 && ranvier_receive(&from, message, sizeof(message), 0) >= 0)
        count++;
    return count;
}
