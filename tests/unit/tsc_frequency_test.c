/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// board: pc-x86_64
/*
 * The measurement of a PC's counters, on a PC whose time is told here: it passes while ports are
 * read, and when the test says that the machine was held up.
 */
#include <stdint.h>

#define X86_64_PORT_H /* the ports are this file's */

static uint8_t port_read8(uint16_t port);
static void port_write8(uint16_t port, uint8_t value);

#include <platforms/drivers/lapic-timer/tsc_frequency.c>

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define COUNTER UINT64_C(2500000000) /* Hz */
#define TIMER   UINT64_C(100000000)

static struct {
    uint64_t time;        /* ns */
    uint64_t loaded;      /* when the 8254 began to count */
    uint64_t timer_start; /* when the APIC's timer did */
    uint64_t latched;
    bool high; /* the byte that is read next */
    bool absent;
    unsigned reads;
    unsigned held_up_from, held_up_to; /* the readings that are */
    uint64_t held_up;                  /* ns, each */
} pc;

static uint64_t pit_ticks(void)
{
    return (pc.time - pc.loaded) * PIT_CLOCK / 1000000000;
}

struct cpuid x86_64_cpuid(uint32_t leaf, uint32_t subleaf)
{
    (void)leaf, (void)subleaf;
    return (struct cpuid){0};
}

uint64_t x86_64_counter(void)
{
    return pc.time * (COUNTER / 100000000) / 10;
}

static uint8_t port_read8(uint16_t port)
{
    pc.time += 1000;
    if (pc.reads >= pc.held_up_from && pc.reads < pc.held_up_to)
        pc.time += pc.held_up;
    pc.reads++;
    if (pc.absent)
        return 0xff;
    if (port == GATE)
        return pit_ticks() > PIT_START ? GATE_OUT : 0;
    pc.high = !pc.high;
    return (uint8_t)(pc.high ? pc.latched : pc.latched >> 8);
}

static void port_write8(uint16_t port, uint8_t value)
{
    pc.time += 1000;
    if (port == PIT_CONTROL && value == PIT_MODE)
        pc.loaded = pc.time;
    else if (port == PIT_CONTROL)
        pc.latched = PIT_START - pit_ticks();
}

uint32_t lapic_read(unsigned offset)
{
    (void)offset;
    return UINT32_MAX - (uint32_t)((pc.time - pc.timer_start) / (1000000000 / TIMER));
}

void lapic_write(unsigned offset, uint32_t value)
{
    if (offset == LAPIC_TIMER_INITIAL && value)
        pc.timer_start = pc.time;
}

static void is_right(void)
{
    const struct tsc_frequencies found = tsc_frequencies_find();
    assert_in_range(found.counter, COUNTER - COUNTER / 200, COUNTER + COUNTER / 200);
    assert_in_range(found.timer, TIMER - TIMER / 200, TIMER + TIMER / 200);
}

static int start(void **state)
{
    (void)state;
    memset(&pc, 0, sizeof(pc));
    return 0;
}

static void measures_a_quiet_machine(void **state)
{
    (void)state;
    is_right();
}

/* At each reading once: also while a sample is taken, and so long that the 8254 starts anew. */
static void measures_again_when_it_was_held_up(void **state)
{
    static const uint64_t times[] = {100000, 5000000, 56000000, 62000000, 500000000};
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        for (unsigned reading = 0; reading < 2000; reading += 1 + reading / 40) {
            start(state);
            pc.held_up_from = reading;
            pc.held_up_to = reading + 1;
            pc.held_up = times[i];
            is_right();
        }
}

static void measures_when_it_is_quiet_again(void **state)
{
    (void)state;
    pc.held_up_to = 60;
    pc.held_up = 60000000;
    is_right();
}

static void takes_the_best_of_a_machine_that_is_never_quiet(void **state)
{
    (void)state;
    pc.held_up_to = UINT_MAX;
    pc.held_up = 100000; /* at each reading */
    const struct tsc_frequencies found = tsc_frequencies_find();
    assert_in_range(found.counter, COUNTER / 2, COUNTER * 2);
}

static void says_nothing_without_an_8254(void **state)
{
    (void)state;
    pc.absent = true;
    const struct tsc_frequencies found = tsc_frequencies_find();
    assert_int_equal(found.counter, 0);
    assert_int_equal(found.timer, 0);
    assert_true(pc.reads < 3 * PATIENCE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(measures_a_quiet_machine, start),
        cmocka_unit_test_setup(measures_again_when_it_was_held_up, start),
        cmocka_unit_test_setup(measures_when_it_is_quiet_again, start),
        cmocka_unit_test_setup(takes_the_best_of_a_machine_that_is_never_quiet, start),
        cmocka_unit_test_setup(says_nothing_without_an_8254, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
