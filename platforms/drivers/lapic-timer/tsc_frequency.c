/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See tsc_frequency.h. A sample takes all counters at once, as nearly as can be: reading the 8254
 * takes microseconds and an emulator may be interrupted in between, so of some samples the one that
 * took least is used. Two of them, some milliseconds apart, give the frequencies.
 */
#include "tsc_frequency.h"

#include <platforms/arch/x86_64/lapic.h>
#include <platforms/arch/x86_64/port.h>
#include <platforms/arch/x86_64/x86_64.h>

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

    ATTEMPTS = 5,
    PATIENCE = 100000, /* samples: where no 8254 is, nothing counts */
};

struct sample {
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
    struct sample best = {0};
    uint64_t least = UINT64_MAX;

    for (unsigned i = 0; i < ATTEMPTS; i++) {
        uint64_t start = x86_64_counter();
        uint16_t pit = read_pit();
        uint32_t timer = lapic_read(LAPIC_TIMER_CURRENT);
        uint64_t took = x86_64_counter() - start;
        if (took < least) {
            least = took;
            best = (struct sample){.counter = start + took / 2, .timer = timer, .pit = pit};
        }
    }
    return best;
}

static struct tsc_frequencies measure(void)
{
    const uint8_t gate = port_read8(GATE);
    struct sample first, last;

    lapic_write(LAPIC_TIMER_DIVIDER, 0xb); /* by 1 */
    lapic_write(LAPIC_TIMER_INITIAL, UINT32_MAX);
    port_write8(GATE, (uint8_t)((gate & ~GATE_SPEAKER) | GATE_OPEN));
    port_write8(PIT_CONTROL, PIT_MODE);
    port_write8(PIT_COUNTER2, PIT_START & 0xff);
    port_write8(PIT_COUNTER2, PIT_START >> 8);
    first = take_sample();
    for (unsigned i = 0; i < PATIENCE && (uint16_t)(first.pit - read_pit()) < PIT_INTERVAL; i++)
        continue;
    last = take_sample();
    lapic_write(LAPIC_TIMER_INITIAL, 0);
    port_write8(GATE, gate);

    uint32_t ticks = (uint16_t)(first.pit - last.pit);
    if (ticks < PIT_INTERVAL)
        return (struct tsc_frequencies){0};
    return (struct tsc_frequencies){
        .counter = tsc_frequency_of_count(last.counter - first.counter, ticks, PIT_CLOCK),
        .timer = tsc_frequency_of_count(first.timer - last.timer, ticks, PIT_CLOCK),
    };
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
