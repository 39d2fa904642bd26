/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * How often a PC's counters count, where nothing but the hardware can tell.
 */
#ifndef TSC_FREQUENCY_H
#define TSC_FREQUENCY_H

#include <stdint.h>

/* Frequencies in Hz; 0 where one could not be found. */
struct tsc_frequencies {
    uint64_t counter; /* time stamp counter */
    uint64_t timer;   /* local APIC's timer, undivided */
};

/* The time stamp counter's frequency as CPUID tells it (leaf 0x15; SDM 3, 19.7.3); 0 if it doesn't.
 * The three numbers are that leaf's. */
static inline uint64_t tsc_frequency_of_ratio(uint32_t denominator, uint32_t numerator,
                                              uint32_t crystal)
{
    return denominator && numerator ? (uint64_t)crystal * numerator / denominator : 0;
}

/* `count` events in as many ticks of a clock of `clock` Hz, as a frequency to the nearest Hz; 0 if
 * there were no ticks. `count` is below 2^40, `clock` below 2^24. */
static inline uint64_t tsc_frequency_of_count(uint64_t count, uint32_t ticks, uint32_t clock)
{
    return ticks ? (count * clock + ticks / 2) / ticks : 0;
}

/* Asks CPUID, and measures the rest against the 8254's counter 2 for some milliseconds. Interrupts
 * masked; the local APIC's timer is used and left stopped. */
struct tsc_frequencies tsc_frequencies_find(void);

#endif
