/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * 25 bits of clocks times 10^9 ns fit into 64 bits, so that each conversion is one division.
 */
#include <platforms/drivers/systick/down_counter.h>

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)

void down_counter_init(struct down_counter *counter, uint32_t clock)
{
    *counter = (struct down_counter){.clock = clock, .reload = DOWN_COUNTER_MAX};
}

static uint32_t elapsed(const struct down_counter *counter, uint32_t value)
{
    return counter->reload + 1 - value;
}

static void advance(struct down_counter *counter, uint32_t clocks)
{
    uint64_t scaled = clocks * NANOSECONDS_PER_SECOND + counter->remainder;
    counter->base += scaled / counter->clock;
    counter->remainder = (uint32_t)(scaled % counter->clock);
}

uint64_t down_counter_now(const struct down_counter *counter, uint32_t value)
{
    uint64_t scaled = elapsed(counter, value) * NANOSECONDS_PER_SECOND + counter->remainder;
    return counter->base + scaled / counter->clock;
}

void down_counter_wrap(struct down_counter *counter)
{
    advance(counter, counter->reload + 1);
    counter->reload = DOWN_COUNTER_MAX;
}

void down_counter_cut(struct down_counter *counter, uint32_t value, uint32_t lost, uint32_t reload)
{
    advance(counter, elapsed(counter, value) + lost);
    counter->reload = reload;
}

uint32_t down_counter_clocks(const struct down_counter *counter, uint64_t duration)
{
    const uint32_t full = DOWN_COUNTER_MAX + 1;
    if (duration >= full * NANOSECONDS_PER_SECOND / counter->clock)
        return full;
    return (uint32_t)((duration * counter->clock + NANOSECONDS_PER_SECOND - 1) /
                      NANOSECONDS_PER_SECOND);
}
