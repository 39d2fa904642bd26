/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// board: stm32f405
/*
 * What is written to the STM32's watchdog, and which times it can count.
 */
#include "register_fake.h"

static uint32_t pr;   /* as the register has it */
static unsigned busy; /* polls of the status that find it busy yet */
static bool absent;

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    note_write(window, offset, value);
    if (offset == 4 && !absent)
        pr = value;
}

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    (void)window;
    if (offset == 4)
        return pr;
    assert_int_equal(offset, 12);
    return busy ? busy-- : 0;
}

#include <platforms/drivers/stm32-watchdog/stm32-watchdog.c>

static const struct stm32_watchdog_config config = {.registers = {.base = 0x40003000, .size = 1024},
                                                    .clock = 32000};
static const struct device device = {
    .name = "watchdog", .driver = &stm32_watchdog_driver, .config = &config};

static int setup(void **state)
{
    (void)state;
    written[0] = '\0';
    pr = busy = 0;
    absent = false;
    return 0;
}

static void it_is_started_set_and_fed(void **state)
{
    (void)state;
    busy = 3;
    assert_int_equal(operations.start(&device, UINT64_C(10) * NANOSECONDS_PER_SECOND), OK);
    /* 320,000 clocks are 2,500 of 128. */
    assert_written("40003000=cccc 40003000=5555 40003004=5 40003008=9c4 "
                   "40003000=aaaa ");
    operations.feed(&device);
    assert_written("40003000=aaaa ");
}

static void a_time_that_it_cannot_count_is_refused(void **state)
{
    (void)state;
    assert_int_equal(operations.start(&device, UINT64_C(33) * NANOSECONDS_PER_SECOND), ERR_INVALID);
    assert_written("");
}

static void one_that_forgets_is_none(void **state)
{
    (void)state;
    absent = true;
    assert_int_equal(operations.start(&device, NANOSECONDS_PER_SECOND), ERR_NOT_FOUND);
    absent = false;
    busy = UINT32_MAX;
    assert_int_equal(operations.start(&device, NANOSECONDS_PER_SECOND), ERR_TIMEOUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_started_set_and_fed, setup),
        cmocka_unit_test_setup(a_time_that_it_cannot_count_is_refused, setup),
        cmocka_unit_test_setup(one_that_forgets_is_none, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
