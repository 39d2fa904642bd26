/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/clock_real.c
/*
 * The time of day on a board with two clocks, of which the first is not up, and what is set by
 * hand.
 */
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/clock_real.h>
#include <kernel/rtc.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t now, told = 1000;
static enum status reading = OK;
static unsigned readings;
static bool is_up = true, masked;

static enum status read_clock(const struct device *device, uint64_t *nanoseconds)
{
    (void)device;
    assert_false(masked); /* it may take long */
    readings++;
    *nanoseconds = told;
    return reading;
}

static const struct rtc_operations operations = {.read = read_clock};
static const struct driver serial_driver = {.class = "serial"};
static const struct driver rtc_driver = {.class = "rtc", .operations = &operations};
static const struct device devices[] = {
    {.driver = &serial_driver}, {.driver = &rtc_driver}, {.driver = &rtc_driver}};
const struct board board = {.devices = devices, .device_count = 3};

bool device_is_up(const struct device *device)
{
    return is_up && device != &devices[1];
}

uint64_t clock_now(void)
{
    return now;
}

bool arch_interrupts_disable(void)
{
    masked = true;
    return true;
}

void arch_interrupts_restore(bool enabled)
{
    masked = !enabled;
}

static void asks_until_it_knows(void **state)
{
    uint64_t time;
    (void)state;
    is_up = false;
    assert_int_equal(clock_real(&time), ERR_NOT_FOUND);
    is_up = true;
    reading = ERR_DEVICE;
    assert_int_equal(clock_real(&time), ERR_DEVICE);
    assert_int_equal(readings, 1);
    reading = OK;
    now = 700;
    assert_int_equal(clock_real(&time), OK);
    assert_int_equal(time, 1000);
    now = 750;
    told = 5;
    assert_int_equal(clock_real(&time), OK);
    assert_int_equal(time, 1050);
    assert_int_equal(readings, 2);
}

/* Also to before the board's start, as far as 1970. */
static void goes_on_from_what_is_set(void **state)
{
    uint64_t time;
    (void)state;
    now = 10000;
    clock_set_real(3);
    now = 10001;
    assert_int_equal(clock_real(&time), OK);
    assert_int_equal(time, 4);
    clock_set_real(UINT64_C(1) << 62);
    now += 6;
    assert_int_equal(clock_real(&time), OK);
    assert_true(time == (UINT64_C(1) << 62) + 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_until_it_knows),
        cmocka_unit_test(goes_on_from_what_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
