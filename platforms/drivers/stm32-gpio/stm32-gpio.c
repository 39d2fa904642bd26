/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-gpio.h. A pin's mode is set last: until then it is the input that it was, so that it
 * never drives with half of its settings.
 */
#include "stm32-gpio.h"

#include <kernel/clocks.h>
#include <kernel/log.h>
#include <kernel/register.h>

enum {
    GPIO_MODER = 0x00,   /* 2 bits a pin */
    GPIO_OTYPER = 0x04,  /* 1 bit a pin */
    GPIO_OSPEEDR = 0x08, /* 2 bits a pin */
    GPIO_PUPDR = 0x0c,   /* 2 bits a pin */
    GPIO_AFRL = 0x20,    /* 4 bits a pin, 8 pins a register */
};

enum { MODE_INPUT, MODE_OUTPUT, MODE_ALTERNATE, MODE_ANALOG };
enum { PULL_UP = 1, PULL_DOWN = 2, SPEED_FAST = 2, OPEN_DRAIN = 1 };

/* One list of the configuration, and what its pins are to get. */
struct claim {
    const uint8_t *pins;
    size_t count;
    uint32_t mode;
    uint32_t function;
};

enum { CLAIMS = 19 };

/* Sets the field of `bits` bits that a pin has in a register or in those after it. */
static void set_field(const struct register_window *window, size_t offset, unsigned pin,
                      unsigned bits, uint32_t value)
{
    unsigned pins = 32 / bits;
    unsigned shift = pin % pins * bits;
    uint32_t mask = ((1u << bits) - 1) << shift;
    offset += bits == 4 ? pin / pins * 4 : 0;
    register_write32(window, offset, (register_read32(window, offset) & ~mask) | value << shift);
}

static void set_each(const struct register_window *window, size_t offset, unsigned bits,
                     uint32_t value, const uint8_t *pins, size_t count)
{
    for (size_t i = 0; i < count; i++)
        set_field(window, offset, pins[i], bits, value);
}

static bool are_disjoint(const struct device *device, const struct claim *claims)
{
    uint32_t claimed = 0;
    for (size_t i = 0; i < CLAIMS; i++) {
        for (size_t j = 0; j < claims[i].count; j++) {
            uint32_t bit = 1u << claims[i].pins[j];
            if (claimed & bit) {
                log_error(device->name, "pin %u is claimed twice", (unsigned)claims[i].pins[j]);
                return false;
            }
            claimed |= bit;
        }
    }
    return true;
}

static void set_pins(const struct stm32_gpio_config *config, const struct claim *claims)
{
    const struct register_window *window = &config->registers;
    for (size_t i = 0; i < CLAIMS; i++)
        if (claims[i].mode == MODE_ALTERNATE)
            set_each(window, GPIO_AFRL, 4, claims[i].function, claims[i].pins, claims[i].count);
    set_each(window, GPIO_OTYPER, 1, OPEN_DRAIN, config->open_drain, config->open_drain_count);
    set_each(window, GPIO_OSPEEDR, 2, SPEED_FAST, config->fast, config->fast_count);
    set_each(window, GPIO_PUPDR, 2, PULL_UP, config->pull_up, config->pull_up_count);
    set_each(window, GPIO_PUPDR, 2, PULL_DOWN, config->pull_down, config->pull_down_count);
    for (size_t i = 0; i < CLAIMS; i++)
        set_each(window, GPIO_MODER, 2, claims[i].mode, claims[i].pins, claims[i].count);
}

/* ERR_INVALID, and nothing set, if two lists of functions claim a pin. */
static enum status stm32_gpio_init(const struct device *device)
{
    const struct stm32_gpio_config *config = device->config;
    const struct claim claims[CLAIMS] = {
        {config->af0, config->af0_count, MODE_ALTERNATE, 0},
        {config->af1, config->af1_count, MODE_ALTERNATE, 1},
        {config->af2, config->af2_count, MODE_ALTERNATE, 2},
        {config->af3, config->af3_count, MODE_ALTERNATE, 3},
        {config->af4, config->af4_count, MODE_ALTERNATE, 4},
        {config->af5, config->af5_count, MODE_ALTERNATE, 5},
        {config->af6, config->af6_count, MODE_ALTERNATE, 6},
        {config->af7, config->af7_count, MODE_ALTERNATE, 7},
        {config->af8, config->af8_count, MODE_ALTERNATE, 8},
        {config->af9, config->af9_count, MODE_ALTERNATE, 9},
        {config->af10, config->af10_count, MODE_ALTERNATE, 10},
        {config->af11, config->af11_count, MODE_ALTERNATE, 11},
        {config->af12, config->af12_count, MODE_ALTERNATE, 12},
        {config->af13, config->af13_count, MODE_ALTERNATE, 13},
        {config->af14, config->af14_count, MODE_ALTERNATE, 14},
        {config->af15, config->af15_count, MODE_ALTERNATE, 15},
        {config->input, config->input_count, MODE_INPUT, 0},
        {config->output, config->output_count, MODE_OUTPUT, 0},
        {config->analog, config->analog_count, MODE_ANALOG, 0},
    };
    if (!are_disjoint(device, claims))
        return ERR_INVALID;
    enum status status = clocks_device(config->clocks)->enable(config->clocks, config->gate);
    if (status)
        return status;
    set_pins(config, claims);
    return OK;
}

const struct driver stm32_gpio_driver = {
    .name = "stm32-gpio",
    .class = "pins",
    .init = stm32_gpio_init,
};
