/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-watchdog.h.
 */
#include "stm32-watchdog.h"

#include <kernel/clock.h>
#include <kernel/register.h>
#include <kernel/watchdog.h>

enum {
    IWDG_KR = 0x00,
    IWDG_PR = 0x04,
    IWDG_RLR = 0x08,
    IWDG_SR = 0x0c,

    KEY_RELOAD = 0xaaaa,
    KEY_ACCESS = 0x5555,
    KEY_START = 0xcccc,
    PRESCALER_MAX = 6, /* 4 << 6 */
    RELOAD_MAX = 0xfff,

    PATIENCE = 1000000, /* polls: PR and RLR take five turns of a clock of 17 kHz at least */
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct stm32_watchdog_config *)device->config)->registers;
}

static enum status stm32_watchdog_init(const struct device *device)
{
    (void)device;
    return OK;
}

static void stm32_watchdog_feed(const struct device *device)
{
    register_write32(registers(device), IWDG_KR, KEY_RELOAD);
}

/* The smallest prescaler with which it counts that far; above PRESCALER_MAX: none. */
static unsigned prescaler_for(uint64_t clocks)
{
    unsigned prescaler = 0;
    while (prescaler <= PRESCALER_MAX && clocks >> (2 + prescaler) > RELOAD_MAX)
        prescaler++;
    return prescaler;
}

static enum status stm32_watchdog_start(const struct device *device, uint64_t timeout)
{
    const struct stm32_watchdog_config *config = device->config;
    const struct register_window *window = registers(device);
    uint64_t clocks = timeout * config->clock / NANOSECONDS_PER_SECOND;
    unsigned prescaler = prescaler_for(clocks);

    if (prescaler > PRESCALER_MAX)
        return ERR_INVALID;
    register_write32(window, IWDG_KR, KEY_START); /* which starts its clock too */
    register_write32(window, IWDG_KR, KEY_ACCESS);
    register_write32(window, IWDG_PR, prescaler);
    register_write32(window, IWDG_RLR, (uint32_t)(clocks >> (2 + prescaler)));
    for (unsigned i = 0; register_read32(window, IWDG_SR); i++)
        if (i == PATIENCE)
            return ERR_TIMEOUT;
    stm32_watchdog_feed(device);
    /* An emulator has no such device, and forgets what is written. */
    return register_read32(window, IWDG_PR) == prescaler ? OK : ERR_NOT_FOUND;
}

static const struct watchdog_operations operations = {
    .start = stm32_watchdog_start,
    .feed = stm32_watchdog_feed,
};

const struct driver stm32_watchdog_driver = {
    .name = "stm32-watchdog",
    .class = "watchdog",
    .init = stm32_watchdog_init,
    .operations = &operations,
};
