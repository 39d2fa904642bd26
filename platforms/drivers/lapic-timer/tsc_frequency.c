/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See tsc_frequency.h. A sample takes all counters at once, as nearly as can be: reading the 8254
 * takes microseconds and an emulator or the firmware (SMI) may interrupt in between, so of some
 * samples the one that took least is used. Two of them, some milliseconds apart, give the
 * frequencies. A measurement that was held up until the 8254 had run out says nothing, and one
 * whose samples took long says little: it is made again.
 */
#include "tsc_frequency.h"

#include <platforms/arch/x86_64/lapic.h>
#include <platforms/arch/x86_64/port.h>
#include <platforms/arch/x86_64/x86_64.h>
#include <stdbool.h>

enum {
    LEAF_RATIO = 0x15,

    PIT_CLOCK = 1193182, /* Hz */
    PIT_COUNTER2 = 0x42,
    PIT_CONTROL = 0x43,
    PIT_MODE = 2 << 6 | 3 << 4, /* counter 2, low byte then high byte, mode 0: counts down once */
    PIT_LATCH = 2 << 6,
    PIT_START = 0xffff,
    PIT_INTERVAL = PIT_CLOCK / 200, /* 5 ms; all of PIT_START is 54 ms */

    GATE = 0x61, /* of counter 2, in the keyboard controller's port B */
    GATE_OPEN = 1 << 0,
    GATE_SPEAKER = 1 << 1,
    GATE_OUT = 1 << 5, /* in mode 0: it has counted to the end */

    SAMPLE_ATTEMPTS = 5,
    ATTEMPTS = 20,     /* at a measurement */
    PATIENCE = 100000, /* readings: where no 8254 is, nothing counts */
};

/* Of a measurement that need not be made again: half a percent. */
#define GOOD_ERROR ((UINT64_C(1) << 32) / 200)

struct sample {
    uint64_t took; /* ticks of the time stamp counter */
    uint64_t counter;
    uint32_t timer; /* counts down */
    uint16_t pit;   /* counts down */
};

static uint16_t read_pit(void)
{
    port_write8(PIT_CONTROL, PIT_LATCH);
    uint8_t low = port_read8(PIT_COUNTER2);
    return (uint16_t)(port_read8(PIT_COUNTER2) << 8 | low);
}

static struct sample take_sample(void)
{
    struct sample best = {.took = UINT64_MAX};

    for (unsigned i = 0; i < SAMPLE_ATTEMPTS; i++) {
        uint64_t start = x86_64_counter();
        uint16_t pit = read_pit();
        uint32_t timer = lapic_read(LAPIC_TIMER_CURRENT);
        uint64_t took = x86_64_counter() - start;
        if (took < best.took)
            best = (struct sample){took, start + took / 2, timer, pit};
    }
    return best;
}

struct measurement {
    enum { GOOD, NO_CLOCK, HELD_UP } state;
    uint64_t error; /* at the most; 2^32 is as much as what was measured */
    struct tsc_frequencies found;
};

static struct measurement evaluate(const struct sample *first, const struct sample *last)
{
    const uint32_t ticks = (uint16_t)(first->pit - last->pit);
    const uint64_t count = last->counter - first->counter;

    return (struct measurement){
        .state = GOOD,
        .error = ((first->took + last->took) << 32) / count,
        .found = {.counter = tsc_frequency_of_count(count, ticks, PIT_CLOCK),
                  .timer = tsc_frequency_of_count(first->timer - last->timer, ticks, PIT_CLOCK)},
    };
}

static struct measurement measure_once(void)
{
    const uint8_t gate = port_read8(GATE);
    struct sample first, last;
    unsigned readings = 0;

    lapic_write(LAPIC_TIMER_INITIAL, UINT32_MAX);
    port_write8(GATE, (uint8_t)((gate & ~GATE_SPEAKER) | GATE_OPEN));
    port_write8(PIT_CONTROL, PIT_MODE);
    port_write8(PIT_COUNTER2, PIT_START & 0xff);
    port_write8(PIT_COUNTER2, PIT_START >> 8);
    first = take_sample();
    while (readings < PATIENCE && (uint16_t)(first.pit - read_pit()) < PIT_INTERVAL)
        readings++;
    last = take_sample();
    const bool ran_out = port_read8(GATE) & GATE_OUT;
    lapic_write(LAPIC_TIMER_INITIAL, 0);
    port_write8(GATE, gate);

    if (readings == PATIENCE)
        return (struct measurement){.state = NO_CLOCK};
    return ran_out ? (struct measurement){.state = HELD_UP} : evaluate(&first, &last);
}

static struct tsc_frequencies measure(void)
{
    struct measurement best = {.error = UINT64_MAX};

    lapic_write(LAPIC_TIMER_DIVIDER, 0xb); /* by 1 */
    for (unsigned i = 0; i < ATTEMPTS && best.error > GOOD_ERROR; i++) {
        const struct measurement one = measure_once();
        if (one.state == NO_CLOCK)
            break;
        if (one.state == GOOD && one.error < best.error)
            best = one;
    }
    return best.found;
}

struct tsc_frequencies tsc_frequencies_find(void)
{
    const struct cpuid ratio = x86_64_cpuid(LEAF_RATIO, 0);
    /* Where CPUID tells the crystal's frequency, it is the local APIC timer's, too (SDM 3, 11.5.4).
     */
    const struct tsc_frequencies told = {
        .counter = tsc_frequency_of_ratio(ratio.a, ratio.b, ratio.c),
        .timer = ratio.c,
    };

    return told.counter ? told : measure();
}
