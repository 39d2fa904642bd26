/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835-gpio.h. A pin that two lists of a kind claim stays as it was: ERR_INVALID, and
 * nothing is set.
 */
#include "bcm2835-gpio.h"
#include "bcm2835_pins.h"

#include <kernel/log.h>

/* One list of the configuration. */
struct claim {
    const uint8_t *pins;
    size_t count;
    unsigned value; /* enum bcm2835_function or enum bcm2835_pull */
};

enum { FUNCTIONS = 8, PULLS = 3 };

/* True if no pin is in two of the claims, nor twice in one. */
static bool are_disjoint(const struct device *device, const struct claim *claims, size_t count)
{
    uint64_t claimed = 0;

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < claims[i].count; j++) {
            uint64_t bit = UINT64_C(1) << claims[i].pins[j];
            if (claimed & bit) {
                log_error(device->name, "pin %u is claimed twice", (unsigned)claims[i].pins[j]);
                return false;
            }
            claimed |= bit;
        }
    }
    return true;
}

static void set_pulls(const struct bcm2835_gpio_config *config, const struct claim *claims)
{
    for (size_t i = 0; i < PULLS; i++) {
        for (size_t j = 0; j < claims[i].count; j++) {
            if (config->pulls == BCM2835_GPIO_PULLS_DIRECT)
                bcm2711_pin_pull(&config->registers, claims[i].pins[j], claims[i].value);
            else
                bcm2835_pin_pull(&config->registers, claims[i].pins[j], claims[i].value);
        }
    }
}

static enum status bcm2835_gpio_init(const struct device *device)
{
    const struct bcm2835_gpio_config *config = device->config;
    const struct claim functions[FUNCTIONS] = {
        {config->input, config->input_count, BCM2835_INPUT},
        {config->output, config->output_count, BCM2835_OUTPUT},
        {config->alt0, config->alt0_count, BCM2835_ALT0},
        {config->alt1, config->alt1_count, BCM2835_ALT1},
        {config->alt2, config->alt2_count, BCM2835_ALT2},
        {config->alt3, config->alt3_count, BCM2835_ALT3},
        {config->alt4, config->alt4_count, BCM2835_ALT4},
        {config->alt5, config->alt5_count, BCM2835_ALT5},
    };
    const struct claim pulls[PULLS] = {
        {config->pull_none, config->pull_none_count, BCM2835_PULL_NONE},
        {config->pull_up, config->pull_up_count, BCM2835_PULL_UP},
        {config->pull_down, config->pull_down_count, BCM2835_PULL_DOWN},
    };

    if (!are_disjoint(device, functions, FUNCTIONS) || !are_disjoint(device, pulls, PULLS))
        return ERR_INVALID;
    set_pulls(config, pulls);
    for (size_t i = 0; i < FUNCTIONS; i++) {
        for (size_t j = 0; j < functions[i].count; j++)
            bcm2835_pin_function(&config->registers, functions[i].pins[j], functions[i].value);
    }
    return OK;
}

const struct driver bcm2835_gpio_driver = {
    .name = "bcm2835-gpio",
    .class = "pins",
    .init = bcm2835_gpio_init,
};
