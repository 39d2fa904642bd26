/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/stm32-usart/divisor.c
// board: stm32f405
/*
 * The STM32F4's clocks, gates and pins: QEMU ignores them, so their register writes are compared
 * here with the sequences of the reference manual (ST, RM0090). Registers are arrays; every write
 * is noted, and the status bits follow the control bits as the hardware's would.
 */
#define KERNEL_REGISTER_H
#include <kernel/device.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { RCC = 0x40023800, FLASH = 0x40023c00, PWR = 0x40007000, GPIOA = 0x40020000 };

struct write {
    uintptr_t address;
    uint32_t value;
};

static struct write memory[64]; /* what every register that was written holds */
static size_t memory_count;
static struct write writes[64];
static size_t write_count;
static uint32_t ready; /* status bits of RCC_CR that come on: HSERDY, PLLRDY */

static uint32_t *cell(uintptr_t address)
{
    for (size_t i = 0; i < memory_count; i++)
        if (memory[i].address == address)
            return &memory[i].value;
    assert_true(memory_count < sizeof(memory) / sizeof(memory[0]));
    memory[memory_count] = (struct write){address, 0};
    return &memory[memory_count++].value;
}

static uint32_t register_read32(const struct register_window *window, size_t offset)
{
    uint32_t value = *cell(window->base + offset);
    if (window->base + offset == RCC) /* 7.3.1: each ready bit is above its enable bit */
        value |= (value & (1u << 16 | 1u << 24)) << 1 & ready;
    if (window->base + offset == RCC + 8) /* 7.3.3: SWS shows the clock that SW chose */
        value |= (value & 3) << 2;
    return value;
}

static void register_write32(const struct register_window *window, size_t offset, uint32_t value)
{
    *cell(window->base + offset) = value;
    assert_true(write_count < sizeof(writes) / sizeof(writes[0]));
    writes[write_count++] = (struct write){window->base + offset, value};
}

void log_write(int level, const char *module, const char *format, ...);
void log_write(int level, const char *module, const char *format, ...)
{
    (void)level;
    (void)module;
    (void)format;
}

#define KERNEL_LOG_H
#define log_error(module, ...)   log_write(0, module, __VA_ARGS__)
#define log_warning(module, ...) log_write(1, module, __VA_ARGS__)

#include <platforms/drivers/stm32-gpio/stm32-gpio.c>
#include <platforms/drivers/stm32-rcc/clock_tree.c>
#include <platforms/drivers/stm32-rcc/stm32-rcc.c>
#include <platforms/drivers/stm32-usart/stm32-usart.h>

static const struct stm32_rcc_config rcc_config = {
    .registers = {RCC, 0x400},
    .flash = {FLASH, 0x400},
    .power = {PWR, 0x400},
    .crystal = 25000000,
    .pll_m = 25,
    .pll_n = 336,
    .pll_p = 2,
    .pll_q = 7,
    .apb1_divider = 4,
    .apb2_divider = 2,
};
static struct stm32_rcc_state rcc_state;
static const struct device rcc = {
    .name = "rcc", .driver = &stm32_rcc_driver, .config = &rcc_config, .state = &rcc_state};

static int set_up(void **state)
{
    (void)state;
    memory_count = write_count = 0;
    ready = 1u << 17 | 1u << 25;
    *cell(RCC) = 0x83;            /* reset value: HSI on and ready */
    *cell(RCC + 4) = 0x24003010;  /* reset value of PLLCFGR */
    *cell(RCC + 0x30) = 0x100000; /* reset value of AHB1ENR: CCMDATARAMEN */
    return 0;
}

static void assert_writes(const struct write *expected, size_t count)
{
    assert_int_equal(write_count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(writes[i].address, expected[i].address);
        assert_int_equal(writes[i].value, expected[i].value);
    }
}

/* 5.1.3 and 5.4.1: VOS through PWREN; 3.5.1: latency before the frequency; 7.3.2: PLLCFGR while the
 * PLL is off; 7.3.3: PPRE1 /4 is 101, PPRE2 /2 is 100, SW 10 is the PLL. */
static void starts_the_clocks_in_order(void **state)
{
    static const struct write expected[] = {
        {RCC + 0x40, 1u << 28},
        {PWR, 1u << 14},
        {RCC, 0x83 | 1u << 16},
        {FLASH, 0x700 | 5},
        {RCC + 4, 7u << 24 | 1u << 22 | 0u << 16 | 336u << 6 | 25},
        {RCC, 0x83 | 1u << 16 | 1u << 17 | 1u << 24},
        {RCC + 8, 4u << 13 | 5u << 10},
        {RCC + 8, 4u << 13 | 5u << 10 | 2},
    };
    (void)state;
    assert_int_equal(stm32_rcc_init(&rcc), OK);
    assert_writes(expected, sizeof(expected) / sizeof(expected[0]));
    assert_int_equal(rate(&rcc, 0), 168000000);
    assert_int_equal(rate(&rcc, 145), 42000000);
    assert_int_equal(rate(&rcc, 164), 84000000);
}

/* No crystal: the PLL is not touched and rates are the internal oscillator's. */
static void stays_internal_without_a_crystal(void **state)
{
    (void)state;
    ready = 0;
    assert_int_equal(stm32_rcc_init(&rcc), OK);
    assert_int_equal(write_count, 3);
    assert_int_equal(*cell(RCC + 8), 0);
    assert_int_equal(rate(&rcc, 164), 16000000);
}

static void does_not_switch_to_a_stopped_pll(void **state)
{
    (void)state;
    ready = 1u << 17;
    assert_int_equal(stm32_rcc_init(&rcc), OK);
    assert_int_equal(*cell(RCC + 8) & 3, 0);
    assert_int_equal(rate(&rcc, 164), 16000000);
}

static void tree_has_limits(void **state)
{
    struct stm32_clocks clocks;
    (void)state;
    assert_int_equal(stm32_clock_tree(&rcc_config, &clocks), OK);
    assert_int_equal(clocks.wait_states, 5); /* table 10: 150 < HCLK <= 168 MHz */
    struct stm32_rcc_config config = rcc_config;
    config.pll_p = 4;
    assert_int_equal(stm32_clock_tree(&config, &clocks), OK);
    assert_int_equal(clocks.processor, 84000000);
    assert_int_equal(clocks.wait_states, 2);
    config.pll_p = 3;
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
    config = rcc_config;
    config.crystal = 26000000; /* 174.7 MHz */
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
    config = rcc_config;
    config.apb1_divider = 2;
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
    config = rcc_config;
    config.apb2_divider = 1;
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
    config = rcc_config;
    config.pll_q = 6;
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
    config = rcc_config;
    config.pll_m = 8;
    assert_int_equal(stm32_clock_tree(&config, &clocks), ERR_INVALID);
}

/* 7.3.14 and 7.3.9: USART1EN and USART1RST are bit 4 of APB2. Reset only behind an open gate. */
static void opens_gates(void **state)
{
    static const struct write closed[] = {{RCC + 0x44, 1u << 4}};
    static const struct write open[] = {
        {RCC + 0x24, 1u << 4}, {RCC + 0x24, 0}, {RCC + 0x44, 1u << 4}};
    (void)state;
    assert_int_equal(enable(&rcc, 164), OK);
    assert_writes(closed, 1);
    write_count = 0;
    assert_int_equal(enable(&rcc, 164), OK);
    assert_writes(open, 3);
    assert_int_equal(enable(&rcc, 192), ERR_INVALID);
}

/* 8.4: PA9 and PA10 with AF7, PA10 pulled up. AFRH has pin 9 in bits 7-4, pin 10 in 11-8; MODER pin
 * 9 in 19-18, pin 10 in 21-20; the debugger's PA13 to PA15 keep their reset value. */
static void gives_the_usart_its_pins(void **state)
{
    static const uint8_t af7[] = {9, 10}, up[] = {10};
    static const struct stm32_gpio_config config = {.registers = {GPIOA, 0x400},
                                                    .clocks = &rcc,
                                                    .gate = 0,
                                                    .af7 = af7,
                                                    .af7_count = 2,
                                                    .pull_up = up,
                                                    .pull_up_count = 1};
    static const struct device gpioa = {
        .name = "gpioa", .driver = &stm32_gpio_driver, .config = &config};
    static const struct write expected[] = {
        {RCC + 0x30, 0x100001},     {GPIOA + 0x24, 0x70},           {GPIOA + 0x24, 0x770},
        {GPIOA + 0x0c, 0x64100000}, {GPIOA, 0xa8000000 | 2u << 18}, {GPIOA, 0xa8280000},
    };
    (void)state;
    *cell(GPIOA) = 0xa8000000;
    *cell(GPIOA + 0x0c) = 0x64000000;
    assert_int_equal(stm32_gpio_init(&gpioa), OK);
    assert_writes(expected, sizeof(expected) / sizeof(expected[0]));
}

static void refuses_a_pin_twice(void **state)
{
    static const uint8_t af7[] = {9}, output[] = {9};
    static const struct stm32_gpio_config config = {.registers = {GPIOA, 0x400},
                                                    .clocks = &rcc,
                                                    .af7 = af7,
                                                    .af7_count = 1,
                                                    .output = output,
                                                    .output_count = 1};
    static const struct device gpioa = {
        .name = "gpioa", .driver = &stm32_gpio_driver, .config = &config};
    (void)state;
    assert_int_equal(stm32_gpio_init(&gpioa), ERR_INVALID);
    assert_int_equal(write_count, 0);
}

/* 30.3.4, table 136 (fPCLK = 42 MHz, 16 samples): 115.2 kbit/s is 22.8125, that is 0x16d. */
static void line_speeds(void **state)
{
    (void)state;
    assert_int_equal(stm32_usart_divisor(42000000, 115200), 0x16d);
    assert_int_equal(stm32_usart_divisor(84000000, 115200), 0x2d9);
    assert_int_equal(stm32_usart_divisor(84000000, 5250000), 16);
    assert_int_equal(stm32_usart_divisor(84000000, 5600000), 0);
    assert_int_equal(stm32_usart_divisor(84000000, 300), 0);
    assert_int_equal(stm32_usart_divisor(84000000, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(starts_the_clocks_in_order, set_up),
        cmocka_unit_test_setup(stays_internal_without_a_crystal, set_up),
        cmocka_unit_test_setup(does_not_switch_to_a_stopped_pll, set_up),
        cmocka_unit_test_setup(tree_has_limits, set_up),
        cmocka_unit_test_setup(opens_gates, set_up),
        cmocka_unit_test_setup(gives_the_usart_its_pins, set_up),
        cmocka_unit_test_setup(refuses_a_pin_twice, set_up),
        cmocka_unit_test(line_speeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
