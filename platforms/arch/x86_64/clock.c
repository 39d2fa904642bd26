/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The time stamp counter (SDM 3, 17.17): where time began.
 */
#include "x86_64.h"

static uint64_t counter_at_entry;

uint64_t x86_64_counter(void)
{
    uint32_t low, high;

    /* The fence: the counter may be read early otherwise. */
    __asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

uint64_t x86_64_counter_at_entry(void)
{
    return counter_at_entry;
}

void x86_64_counter_set_entry(uint64_t counter)
{
    counter_at_entry = counter;
}
