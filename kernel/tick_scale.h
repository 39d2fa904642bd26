/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Between a counter's ticks and nanoseconds, by multiplication only. Both factors are fixed-point
 * numbers and the products have 128 bits, so the error is that of the factor: half of 2^-32 ns a
 * tick, 0.2 ms a year at 50 MHz at worst, and none where the frequency divides 10^9. Only for
 * architectures of 64 bits.
 */
#ifndef KERNEL_TICK_SCALE_H
#define KERNEL_TICK_SCALE_H

#include <stdint.h>

enum {
    TICK_FRACTION = 32,       /* bits of nanoseconds_per_tick: up to 2^30 */
    NANOSECOND_FRACTION = 60, /* bits of ticks_per_nanosecond: up to 8 */
};

struct tick_scale {
    uint64_t nanoseconds_per_tick;
    uint64_t ticks_per_nanosecond;
};

/* For a counter of `frequency` Hz, which is not 0 and below 2^33. */
static inline struct tick_scale tick_scale(uint64_t frequency)
{
    const uint64_t second = UINT64_C(1000000000);
    const unsigned low = 29; /* of the 60 bits, in a second step: 64 bits hold each step */
    uint64_t high = (frequency << (NANOSECOND_FRACTION - low)) / second;
    uint64_t rest = (frequency << (NANOSECOND_FRACTION - low)) % second;

    return (struct tick_scale){
        .nanoseconds_per_tick = ((second << TICK_FRACTION) + frequency / 2) / frequency,
        .ticks_per_nanosecond = (high << low) + ((rest << low) + second - 1) / second,
    };
}

static inline uint64_t tick_scale_product(uint64_t value, uint64_t factor, unsigned fraction)
{
    __extension__ unsigned __int128 product = (unsigned __int128)value * factor;

    product >>= fraction;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

/* Rounded down; UINT64_MAX for what 64 bits cannot hold (584 years). */
static inline uint64_t ticks_to_nanoseconds(const struct tick_scale *scale, uint64_t ticks)
{
    return tick_scale_product(ticks, scale->nanoseconds_per_tick, TICK_FRACTION);
}

/* Rounded up, so that a deadline is never early by more than the other factor's error; UINT64_MAX
 * for what 64 bits cannot hold. */
static inline uint64_t nanoseconds_to_ticks(const struct tick_scale *scale, uint64_t nanoseconds)
{
    uint64_t ticks =
        tick_scale_product(nanoseconds, scale->ticks_per_nanosecond, NANOSECOND_FRACTION);

    return ticks == UINT64_MAX ? ticks : ticks + 1;
}

#endif
