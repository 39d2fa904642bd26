/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835_pins.h.
 */
#include "bcm2835_pins.h"

#include <kernel/register.h>

enum {
    GPFSEL = 0x00, /* 10 pins a register, 3 bits a pin */
    GPPUD = 0x94,
    GPPUDCLK = 0x98,           /* 32 pins a register */
    GPIO_PUP_PDN_CNTRL = 0xe4, /* 16 pins a register, 2 bits a pin */

    SETTLING = 150, /* cycles that control and clock need */
};

/* Replaces the bits `mask` of a register. */
static void change(const struct register_window *window, size_t offset, uint32_t mask,
                   uint32_t value)
{
    register_write32(window, offset, (register_read32(window, offset) & ~mask) | value);
}

/* At least SETTLING cycles: each turn takes several. */
static void settle(void)
{
    for (volatile unsigned i = 0; i < SETTLING; i++)
        continue;
}

void bcm2835_pin_function(const struct register_window *window, unsigned pin,
                          enum bcm2835_function function)
{
    unsigned shift = pin % 10 * 3;

    change(window, GPFSEL + pin / 10 * 4, UINT32_C(7) << shift, (uint32_t)function << shift);
}

void bcm2835_pin_pull(const struct register_window *window, unsigned pin, enum bcm2835_pull pull)
{
    /* GPPUD has up and down the other way round than BCM2711's fields. */
    static const uint32_t controls[] = {
        [BCM2835_PULL_NONE] = 0, [BCM2835_PULL_DOWN] = 1, [BCM2835_PULL_UP] = 2};
    size_t clock = GPPUDCLK + pin / 32 * 4;

    register_write32(window, GPPUD, controls[pull]);
    settle();
    register_write32(window, clock, UINT32_C(1) << pin % 32);
    settle();
    register_write32(window, GPPUD, 0);
    register_write32(window, clock, 0);
}

void bcm2711_pin_pull(const struct register_window *window, unsigned pin, enum bcm2835_pull pull)
{
    static const uint32_t fields[] = {
        [BCM2835_PULL_NONE] = 0, [BCM2835_PULL_UP] = 1, [BCM2835_PULL_DOWN] = 2};
    unsigned shift = pin % 16 * 2;

    change(window, GPIO_PUP_PDN_CNTRL + pin / 16 * 4, UINT32_C(3) << shift, fields[pull] << shift);
}
