/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * 25 bits of clocks times 10^9 ns fit into 64 bits, so that each conversion is one division. A
 * clock of whole nanoseconds does without.
 */
#include <platforms/drivers/systick/down_counter.h>

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)

void down_counter_init(struct down_counter *counter, uint32_t clock)
{
    *counter = (struct down_counter){
        .clock = clock,
        .whole = (uint32_t)(NANOSECONDS_PER_SECOND / clock),
        .rest = (uint32_t)(NANOSECONDS_PER_SECOND % clock),
        .full = (DOWN_COUNTER_MAX + 1) * NANOSECONDS_PER_SECOND / clock,
        .reload = DOWN_COUNTER_MAX,
        .end = DOWN_COUNTER_MAX + 1,
    };
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
    const uint64_t clocks = elapsed(counter, value);
    uint64_t time = counter->base + clocks * counter->whole;
    if (counter->rest)
        time += (clocks * counter->rest + counter->remainder) / counter->clock;
    return time;
}

void down_counter_wrap(struct down_counter *counter)
{
    advance(counter, counter->reload + 1);
    counter->reload = DOWN_COUNTER_MAX;
    counter->end += DOWN_COUNTER_MAX + 1;
}

void down_counter_cut(struct down_counter *counter, uint32_t value, uint32_t lost, uint32_t reload)
{
    advance(counter, elapsed(counter, value) + lost);
    counter->reload = reload;
    counter->end += lost - value + reload + 1;
}

uint64_t down_counter_length(const struct down_counter *counter, uint64_t clocks)
{
    return clocks / counter->clock * NANOSECONDS_PER_SECOND +
           clocks % counter->clock * NANOSECONDS_PER_SECOND / counter->clock;
}

uint32_t down_counter_clocks(const struct down_counter *counter, uint64_t duration)
{
    if (duration >= counter->full)
        return DOWN_COUNTER_MAX + 1;
    if (!counter->rest && duration <= UINT32_MAX - counter->whole)
        return ((uint32_t)duration + counter->whole - 1) / counter->whole;
    return (uint32_t)((duration * counter->clock + NANOSECONDS_PER_SECOND - 1) /
                      NANOSECONDS_PER_SECOND);
}
