/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// board: rpi3
/*
 * The Pi's random number generator: started once, waited for asleep, refused when it is stuck.
 */
#include "register_fake.h"

#include <kernel/clock.h>
#include <kernel/task.h>

static uint32_t control;      /* as the register has it */
static unsigned ready;        /* words that are made */
static unsigned made_a_pause; /* words that it makes in a pause, up to four at a time */
static uint32_t next, step;   /* the word to come, and how the next differs from it */
static unsigned pauses;
static uint64_t now;

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    note_write(window, offset, value);
}

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    (void)window;
    if (offset == 0)
        return control;
    if (offset == 4)
        return ready << 24 | 0x40000;
    assert_int_equal(offset, 8);
    assert_true(ready-- > 0);
    next += step;
    return next;
}

uint64_t clock_now(void)
{
    return now;
}

enum status task_sleep_until(uint64_t deadline)
{
    assert_int_equal(deadline, now + 1000000);
    now = deadline;
    ready = made_a_pause;
    pauses++;
    return OK;
}

#include <platforms/drivers/bcm2835-rng/bcm2835-rng.c>

static const struct bcm2835_rng_config config = {.registers = {.base = 0x3f104000, .size = 16}};
static const struct device device = {
    .name = "entropy", .driver = &bcm2835_rng_driver, .config = &config};

static int setup(void **state)
{
    (void)state;
    written[0] = '\0';
    control = ready = made_a_pause = pauses = 0;
    next = 0x10203040;
    step = 1;
    now = 5;
    return 0;
}

static void it_is_started_once(void **state)
{
    (void)state;
    assert_int_equal(bcm2835_rng_driver.init(&device), OK);
    assert_written("3f104004=40000 3f104000=1 ");
    control = 1;
    assert_int_equal(bcm2835_rng_driver.init(&device), OK);
    assert_written("");
}

static void words_are_waited_for(void **state)
{
    uint8_t bytes[13] = {0};
    (void)state;
    ready = 2;
    made_a_pause = 1;
    assert_int_equal(operations.read(&device, bytes, 12), OK);
    assert_memory_equal(bytes, "\x42\x30\x20\x10\x43\x30\x20\x10\x44\x30\x20\x10\0", 13);
    assert_int_equal(pauses, 2);
}

static void one_that_is_stuck_or_silent_is_refused(void **state)
{
    uint8_t bytes[8];
    (void)state;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    assert_int_equal(pauses, 1000);
    ready = 4;
    step = 0;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_started_once, setup),
        cmocka_unit_test_setup(words_are_waited_for, setup),
        cmocka_unit_test_setup(one_that_is_stuck_or_silent_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
