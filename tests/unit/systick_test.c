/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/systick/down_counter.c
// board: mps2-an385
/*
 * The SysTick driver on a model of the counter (Armv7-M ARM, B3.3) whose true time is known: each
 * access takes some clocks, so that periods end between any two of them. The model can also be as
 * late as an emulator, which reloads and sets the flag some time after a period's end.
 */
#define ARMV7M_H
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCS_REGISTER(address) (*access_register(address))
#define SCB_ICSR              SCS_REGISTER(0xe000ed04)
#define ICSR_PENDSTSET        (1u << 26)

enum { CSR = 0xe000e010, RVR = 0xe000e014, CVR = 0xe000e018, CLOCK = 25000000 };

static struct {
    uint64_t time; /* clocks since start.S */
    uint32_t control, load;
    uint64_t period_start; /* of the zero that began the running period */
    uint32_t period;       /* its load value; 0 until the reload after a write to CVR */
    bool flag, pending;
    uint32_t access_clocks; /* what each access takes */
    uint32_t late_max;      /* an emulator's lateness in clocks, 0 for hardware */
    uint32_t late;          /* in the event that comes next */
    uint32_t address;       /* of the access under way, whose effect is not known yet */
    uint32_t offered, cell;
} model;

static void event_over(void)
{
    model.late = model.late_max ? (uint32_t)rand() % model.late_max : 0;
}

/* Lets time pass until `time`. */
static void pass_until(uint64_t time)
{
    model.time = time;
    if (model.period == 0) { /* cleared: reloads with the next clock */
        if (time < model.period_start + 1 + model.late)
            return;
        model.period = model.load;
        event_over();
    }
    while (time >= model.period_start + model.period + 1 + model.late) {
        model.period_start += (uint64_t)model.period + 1;
        model.period = model.load;
        model.flag = true;
        model.pending |= model.control & 2;
        event_over();
    }
}

static uint32_t current(void)
{
    uint64_t passed = model.time - model.period_start;
    if (model.period == 0)
        return 0;
    if (passed == 0)
        return 0;
    return passed > model.period ? 1 : (uint32_t)(model.period + 1 - passed);
}

/* What the access under way did is known when the next one begins: a changed cell was written. */
static void settle(void)
{
    bool written = model.cell != model.offered;
    if (model.address == CSR && written)
        model.control = model.cell;
    else if (model.address == CSR)
        model.flag = false;
    else if (model.address == RVR && written)
        model.load = model.cell;
    else if (model.address == CVR && written) {
        model.period_start = model.time;
        model.period = 0;
        model.flag = false;
        event_over();
    } else if (model.address == 0xe000ed04 && (model.cell & ICSR_PENDSTSET))
        model.pending = true;
    model.address = 0;
}

static volatile uint32_t *access_register(uint32_t address)
{
    settle();
    pass_until(model.time + model.access_clocks);
    model.address = address;
    model.offered = address == CSR   ? model.control | (model.flag ? 1u << 16 : 0)
                    : address == RVR ? model.load
                    : address == CVR ? current()
                                     : 0;
    model.cell = model.offered;
    return &model.cell;
}

bool arch_interrupts_disable(void);
void arch_interrupts_restore(bool enabled);
bool arch_interrupts_disable(void)
{
    return true;
}

void arch_interrupts_restore(bool enabled)
{
    (void)enabled;
}

static unsigned interrupts;

#define KERNEL_ARCH_H
#include <platforms/drivers/systick/systick.c>

void clock_interrupt(void)
{
    interrupts++;
}

static const struct systick_config config = {.clock = CLOCK};
static struct systick_state state;
static const struct device timer = {
    .name = "timer", .driver = &systick_driver, .config = &config, .state = &state};

static uint64_t truth(void)
{
    settle();
    return (uint64_t)((__uint128_t)model.time * 1000000000 / CLOCK);
}

static void boot(uint32_t access_clocks, uint32_t late_max)
{
    memset(&model, 0, sizeof(model));
    memset(&state, 0, sizeof(state));
    srand(1);
    model.access_clocks = access_clocks;
    model.late_max = late_max;
    model.control = 5;
    model.load = 0xffffff;
    pass_until(1000);
    assert_int_equal(systick_driver.init(&timer), OK);
}

/* Sleeps as the kernel does: the interrupt is served when it is pending. */
static void sleep_clocks(uint32_t clocks)
{
    uint64_t until = model.time + clocks;
    settle();
    while (model.time < until) {
        uint64_t next = model.time + 1 + (uint32_t)rand() % 5000;
        pass_until(next < until ? next : until);
        if (model.pending) {
            model.pending = false;
            systick_driver.interrupt(&timer);
            settle();
        }
    }
}

static void counts_from_the_first_instruction(void **unused)
{
    (void)unused;
    boot(3, 0);
    uint64_t time = now(&timer);
    assert_in_range(truth() - time, 0, 1000);
}

/* The same where the first reload is late: until then the value is 0, as at a period's end. */
static void waits_for_the_first_reload(void **unused)
{
    (void)unused;
    memset(&model, 0, sizeof(model));
    memset(&state, 0, sizeof(state));
    model.access_clocks = 3;
    model.control = 5;
    model.load = 0xffffff;
    model.late = 5000;
    assert_int_equal(systick_driver.init(&timer), OK);
    uint64_t time = now(&timer);
    assert_in_range(truth() - time, 0, 1000);
}

/* Each access of now() in turn falls on the last clocks of a period and the first of the next. */
static void reads_right_at_a_wrap(void **unused)
{
    (void)unused;
    for (uint64_t offset = 0; offset < 20; offset++) {
        boot(1, 0);
        pass_until(model.period_start + model.period + 1 - offset);
        uint64_t first = now(&timer);
        assert_in_range(truth() - first, 0, 1000);
        uint64_t second = now(&timer);
        assert_true(second >= first);
        assert_in_range(truth() - second, 0, 1000);
    }
}

/* A second and more without a deadline: interrupts at least as often as the counter wraps. */
static void survives_wraps(void **unused)
{
    (void)unused;
    boot(3, 0);
    interrupts = 0;
    for (unsigned i = 0; i < 100; i++)
        sleep_clocks(2000000);
    assert_in_range(interrupts, 11, 13);
    uint64_t time = now(&timer);
    assert_in_range(truth() - time, 0, 1000);
}

/* Thousands of deadlines: time neither goes back nor drifts by more than a clock a restart. */
static void deadlines_lose_nothing(void **unused)
{
    (void)unused;
    for (uint32_t access = 1; access <= 7; access++) {
        boot(access, 0);
        uint64_t last = 0;
        unsigned rounds = 5000;
        for (unsigned i = 0; i < rounds; i++) {
            set_deadline(&timer, now(&timer) + (uint64_t)rand() % 40000000);
            sleep_clocks((uint32_t)rand() % 1000000);
            uint64_t time = now(&timer);
            assert_true(time >= last);
            last = time;
            assert_in_range((uint32_t)ticks(&timer) - (uint32_t)(time / 40), 0, 50);
        }
        int64_t drift = (int64_t)(truth() - last);
        assert_true(drift > -40 * (int64_t)rounds && drift < 40 * (int64_t)rounds);
    }
}

/* The interrupt comes at the deadline, not before and not more than some accesses late. */
static void interrupts_at_the_deadline(void **unused)
{
    (void)unused;
    boot(3, 0);
    for (unsigned i = 0; i < 2000; i++) {
        model.pending = false;
        uint64_t deadline = now(&timer) + 100000 + (uint64_t)rand() % 10000000;
        set_deadline(&timer, deadline);
        settle();
        bool first_period_ends_before = false;
        for (;;) {
            while (!model.pending)
                pass_until(model.time + 1);
            model.pending = false;
            uint64_t time = now(&timer);
            if (time >= deadline) {
                assert_in_range(time - deadline, 0, 2000);
                break;
            }
            assert_false(first_period_ends_before); /* early once: then the kernel asks again */
            first_period_ends_before = true;
            set_deadline(&timer, deadline);
            settle();
        }
    }
}

static void past_deadlines_interrupt_at_once(void **unused)
{
    (void)unused;
    boot(3, 0);
    model.pending = false;
    set_deadline(&timer, 0);
    settle();
    assert_true(model.pending);
    model.pending = false;
    set_deadline(&timer, CLOCK_NEVER);
    settle();
    assert_false(model.pending);
}

/* An emulator may be late by more than a short period: time then may fall behind, but never goes
 * back and is never ahead. */
static void late_emulators_do_no_harm(void **unused)
{
    (void)unused;
    boot(3, 30000);
    uint64_t last = 0;
    for (unsigned i = 0; i < 20000; i++) {
        set_deadline(&timer, now(&timer) + (uint64_t)rand() % 2000000);
        sleep_clocks((uint32_t)rand() % 60000);
        uint64_t time = now(&timer);
        assert_true(time >= last);
        assert_true(time <= truth() + 40 * (i + 1));
        last = time;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_from_the_first_instruction),
        cmocka_unit_test(waits_for_the_first_reload),
        cmocka_unit_test(reads_right_at_a_wrap),
        cmocka_unit_test(survives_wraps),
        cmocka_unit_test(deadlines_lose_nothing),
        cmocka_unit_test(interrupts_at_the_deadline),
        cmocka_unit_test(past_deadlines_interrupt_at_once),
        cmocka_unit_test(late_emulators_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
