/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// board: rpi3
/*
 * What is written to the Pi's power manager as a watchdog and as what resets it.
 */
#include "register_fake.h"

static bool emulated;

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    note_write(window, offset, value);
}

/* As after power-on, but for the partition: 63. */
static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    (void)window;
    return offset == 0x20 ? 0x1555 : 0x102;
}

#include <platforms/drivers/bcm2835-watchdog/bcm2835-watchdog.c>

bool arch_semihosting_probe(void)
{
    return emulated;
}

static struct bcm2835_watchdog_state watchdog_state;
static const struct bcm2835_watchdog_config config = {
    .registers = {.base = 0x3f100000, .size = 4096}};
static const struct device device = {.name = "watchdog",
                                     .driver = &bcm2835_watchdog_driver,
                                     .config = &config,
                                     .state = &watchdog_state};

static int setup(void **state)
{
    (void)state;
    written[0] = '\0';
    emulated = false;
    return 0;
}

static void it_is_started_and_fed(void **state)
{
    (void)state;
    const struct watchdog_operations *watchdog = operations.watchdog;
    assert_int_equal(watchdog->start(&device, UINT64_C(10) * NANOSECONDS_PER_SECOND), OK);
    /* The usual partition; 10 * 65,536 ticks; a full reset. */
    assert_written("3f100020=5a000000 3f100024=5a0a0000 3f10001c=5a000122 ");
    watchdog->feed(&device);
    assert_written("3f100024=5a0a0000 3f10001c=5a000122 ");
}

static void a_time_that_it_cannot_count_is_refused(void **state)
{
    (void)state;
    assert_int_equal(operations.watchdog->start(&device, UINT64_C(16) * NANOSECONDS_PER_SECOND),
                     ERR_INVALID);
    assert_written("");
}

static void an_emulator_is_not_reset(void **state)
{
    (void)state;
    emulated = true;
    assert_int_equal(operations.watchdog->start(&device, NANOSECONDS_PER_SECOND), ERR_NOT_FOUND);
    assert_written("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_started_and_fed, setup),
        cmocka_unit_test_setup(a_time_that_it_cannot_count_is_refused, setup),
        cmocka_unit_test_setup(an_emulator_is_not_reset, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
