/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// board: stm32f405
/*
 * The STM32's random number generator, which QEMU does not have: its gate, its words, and what is
 * made of its errors as its manual says (ST, RM0090, 24).
 */
#include "register_fake.h"

#include <kernel/clocks.h>

static uint32_t control, errors; /* as CR and SR have them */
static unsigned busy, polls;     /* polls of the status before a word is ready */
static uint32_t next, step;      /* the word to come, and how the next differs from it */
static bool absent;
static enum status gate_answer;
static unsigned gate_opened;

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    note_write(window, offset, value);
    if (offset == 0 && !absent)
        control = value;
    if (offset == 0 && !value)
        errors &= ~4u; /* noise again */
    if (offset == 4)
        errors &= value | 7; /* SEIS and CEIS are cleared by 0 (24.4.2) */
}

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    (void)window;
    if (offset == 0)
        return control;
    if (offset == 4)
        return errors | (polls++ >= busy && control == 4 ? 1 : 0);
    assert_int_equal(offset, 8);
    polls = 0;
    next += step;
    return next;
}

static enum status open_gate(const struct device *device, unsigned gate)
{
    (void)device;
    gate_opened = gate;
    return gate_answer;
}

#include <platforms/drivers/stm32-rng/stm32-rng.c>

static const struct clocks_operations clocks_operations = {.enable = open_gate};
static const struct driver clocks_driver = {.operations = &clocks_operations};
static const struct device clocks = {.driver = &clocks_driver};
static const struct stm32_rng_config config = {
    .registers = {.base = 0x50060800, .size = 1024}, .clocks = &clocks, .gate = 38};
static const struct device device = {
    .name = "entropy", .driver = &stm32_rng_driver, .config = &config};

static int setup(void **state)
{
    (void)state;
    control = errors = 0;
    busy = polls = 0;
    next = 0x10203040;
    step = 1;
    absent = false;
    gate_answer = OK;
    assert_int_equal(stm32_rng_driver.init(&device), OK);
    written[0] = '\0';
    return 0;
}

static void it_is_clocked_and_started(void **state)
{
    (void)state;
    gate_opened = 0;
    assert_int_equal(stm32_rng_driver.init(&device), OK);
    assert_int_equal(gate_opened, 38);
    assert_written("50060800=4 ");
    gate_answer = ERR_INVALID;
    assert_int_equal(stm32_rng_driver.init(&device), ERR_INVALID);
    assert_written("");
}

static void words_are_waited_for(void **state)
{
    uint8_t bytes[9] = {0};
    (void)state;
    busy = 30;
    assert_int_equal(operations.read(&device, bytes, 8), OK);
    assert_memory_equal(bytes, "\x42\x30\x20\x10\x43\x30\x20\x10\0", 9);
    assert_written("");
}

/* 24.3.2: SEIS is cleared, then the generator goes off and on. */
static void after_a_seed_error_it_starts_anew(void **state)
{
    uint8_t bytes[4];
    (void)state;
    errors = 1 << 2 | 1 << 6;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), OK);
    assert_written("50060804=0 50060800=0 50060800=4 ");
}

static void without_its_clock_it_gives_nothing(void **state)
{
    uint8_t bytes[4];
    (void)state;
    errors = 1 << 1 | 1 << 5;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    assert_int_equal(next, 0x10203040);
}

static void one_that_is_stuck_or_absent_is_refused(void **state)
{
    uint8_t bytes[8];
    (void)state;
    step = 0;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    step = 1;
    busy = UINT32_MAX;
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_DEVICE);
    absent = true;
    control = 0;
    assert_int_equal(stm32_rng_driver.init(&device), OK);
    assert_int_equal(operations.read(&device, bytes, sizeof(bytes)), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_is_clocked_and_started, setup),
        cmocka_unit_test_setup(words_are_waited_for, setup),
        cmocka_unit_test_setup(after_a_seed_error_it_starts_anew, setup),
        cmocka_unit_test_setup(without_its_clock_it_gives_nothing, setup),
        cmocka_unit_test_setup(one_that_is_stuck_or_absent_is_refused, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
