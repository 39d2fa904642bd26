/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835-watchdog.h.
 */
#include "bcm2835-watchdog.h"

#include <kernel/power.h>
#include <kernel/register.h>

enum {
    PM_RSTC = 0x1c,
    PM_RSTS = 0x20,
    PM_WDOG = 0x24,

    RSTC_CONFIGURATION = 3 << 4,
    RSTC_FULL_RESET = 2 << 4,
    RSTS_PARTITION = 0x555, /* six bits, every other one */
    WDOG_TICKS = 10,        /* of 16 us */
};

#define PM_PASSWORD UINT32_C(0x5a000000) /* in the high byte of each write */

static const struct register_window *registers(const struct device *device)
{
    return &((const struct bcm2835_watchdog_config *)device->config)->registers;
}

static enum status bcm2835_watchdog_init(const struct device *device)
{
    (void)device;
    return OK;
}

static void restart(const struct device *device, bool halt)
{
    const struct register_window *window = registers(device);
    uint32_t partition = register_read32(window, PM_RSTS) & ~(uint32_t)RSTS_PARTITION;
    uint32_t control = register_read32(window, PM_RSTC) & ~(uint32_t)RSTC_CONFIGURATION;

    register_write32(window, PM_RSTS,
                     PM_PASSWORD | (partition & 0xfff) | (halt ? RSTS_PARTITION : 0));
    register_write32(window, PM_WDOG, PM_PASSWORD | WDOG_TICKS);
    register_write32(window, PM_RSTC, PM_PASSWORD | (control & 0xffffff) | RSTC_FULL_RESET);
    for (;;)
        continue; /* it takes 160 us */
}

/* There is nobody to tell a failure to. */
static void bcm2835_watchdog_off(const struct device *device, int status)
{
    if (status == 0)
        restart(device, true);
}

static void bcm2835_watchdog_reset(const struct device *device)
{
    restart(device, false);
}

static const struct power_operations operations = {
    .off = bcm2835_watchdog_off,
    .reset = bcm2835_watchdog_reset,
};

const struct driver bcm2835_watchdog_driver = {
    .name = "bcm2835-watchdog",
    .class = "power",
    .init = bcm2835_watchdog_init,
    .operations = &operations,
};
