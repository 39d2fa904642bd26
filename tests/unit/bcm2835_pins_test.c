/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The pins' register writes, in the order that the manuals ask for. Registers are an array here and
 * every write is noted.
 */
#define KERNEL_REGISTER_H
#include <kernel/device.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct write {
    size_t offset;
    uint32_t value;
};

static uint32_t registers[64];
static struct write writes[16];
static size_t write_count;

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    (void)window;
    return registers[offset / 4];
}

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    (void)window;
    registers[offset / 4] = value;
    assert_true(write_count < sizeof writes / sizeof *writes);
    writes[write_count++] = (struct write){offset, value};
}

#include <platforms/drivers/bcm2835-gpio/bcm2835_pins.c>

static const struct register_window window;

static int set_up(void **state)
{
    (void)state;
    memset(registers, 0, sizeof registers);
    write_count = 0;
    return 0;
}

static void assert_writes(const struct write *expected, size_t count)
{
    assert_int_equal(write_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(writes[i].offset, expected[i].offset);
        assert_int_equal(writes[i].value, expected[i].value);
    }
}

/* "BCM2835 ARM Peripherals", 6.1, GPFSEL1: FSEL14 is bits 14-12, FSEL15 bits 17-15; ALT0 is 100b.
 */
static void gives_the_uart_its_pins(void **state)
{
    const struct write expected[] = {{0x04, 4 << 12}, {0x04, 4 << 15 | 4 << 12}};

    (void)state;
    bcm2835_pin_function(&window, 14, BCM2835_ALT0);
    bcm2835_pin_function(&window, 15, BCM2835_ALT0);
    assert_writes(expected, 2);
}

static void leaves_other_pins_alone(void **state)
{
    const struct write expected[] = {{0x08, (0x3fffffff & ~(7u << 27)) | 2u << 27},
                                     {0x14, 1 << 21}};

    (void)state;
    registers[0x08 / 4] = 0x3fffffff;
    bcm2835_pin_function(&window, 29, BCM2835_ALT5);
    bcm2835_pin_function(&window, 57, BCM2835_OUTPUT);
    assert_writes(expected, 2);
}

/* 6.1, GPPUDCLKn: control, wait, clock, wait, control off, clock off. */
static void clocks_a_pull_in(void **state)
{
    const struct write expected[] = {{0x94, 2}, {0x98, 1 << 15}, {0x94, 0}, {0x98, 0},
                                     {0x94, 1}, {0x9c, 1 << 8},  {0x94, 0}, {0x9c, 0},
                                     {0x94, 0}, {0x98, 1 << 4},  {0x94, 0}, {0x98, 0}};

    (void)state;
    bcm2835_pin_pull(&window, 15, BCM2835_PULL_UP);
    bcm2835_pin_pull(&window, 40, BCM2835_PULL_DOWN);
    bcm2835_pin_pull(&window, 4, BCM2835_PULL_NONE);
    assert_writes(expected, 12);
}

/* "BCM2711 ARM Peripherals", 5.2, GPIO_PUP_PDN_CNTRL_REGn: 00 none, 01 up, 10 down. */
static void sets_a_pull_directly(void **state)
{
    const struct write expected[] = {{0xe4, 1u << 30}, {0xf0, 2u << 18}, {0xe4, 0}};

    (void)state;
    bcm2711_pin_pull(&window, 15, BCM2835_PULL_UP);
    bcm2711_pin_pull(&window, 57, BCM2835_PULL_DOWN);
    bcm2711_pin_pull(&window, 15, BCM2835_PULL_NONE);
    assert_writes(expected, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gives_the_uart_its_pins, set_up),
        cmocka_unit_test_setup(leaves_other_pins_alone, set_up),
        cmocka_unit_test_setup(clocks_a_pull_in, set_up),
        cmocka_unit_test_setup(sets_a_pull_directly, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
