/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835-watchdog.h. The watchdog counts ticks of about 15 us (65,536 in a second), at most
 * 0xfffff of them: 15 s.
 */
#include "bcm2835-watchdog.h"

#include <arch_semihosting.h>
#include <kernel/clock.h>
#include <kernel/power.h>
#include <kernel/register.h>
#include <kernel/watchdog.h>

enum {
    PM_RSTC = 0x1c,
    PM_RSTS = 0x20,
    PM_WDOG = 0x24,

    RSTC_CONFIGURATION = 3 << 4,
    RSTC_FULL_RESET = 2 << 4,
    RSTS_PARTITION = 0x555, /* six bits, every other one */
    WDOG_TICKS = 10,
    WDOG_TICKS_MAX = 0xfffff,
};

#define TICKS_PER_SECOND UINT64_C(65536)

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

/* Which partition is booted after a reset: the usual one, or none. */
static void set_partition(const struct device *device, bool halt)
{
    const struct register_window *window = registers(device);
    uint32_t partition = register_read32(window, PM_RSTS) & ~(uint32_t)RSTS_PARTITION;

    register_write32(window, PM_RSTS,
                     PM_PASSWORD | (partition & 0xfff) | (halt ? RSTS_PARTITION : 0));
}

/* Resets the SoC `ticks` from now, unless this is called before. */
static void reset_in(const struct device *device, uint32_t ticks)
{
    const struct register_window *window = registers(device);
    uint32_t control = register_read32(window, PM_RSTC) & ~(uint32_t)RSTC_CONFIGURATION;

    register_write32(window, PM_WDOG, PM_PASSWORD | ticks);
    register_write32(window, PM_RSTC, PM_PASSWORD | (control & 0xffffff) | RSTC_FULL_RESET);
}

static void restart(const struct device *device, bool halt)
{
    set_partition(device, halt);
    reset_in(device, WDOG_TICKS);
    for (;;)
        continue; /* it takes 150 us */
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

static void bcm2835_watchdog_feed(const struct device *device)
{
    reset_in(device, ((const struct bcm2835_watchdog_state *)device->state)->ticks);
}

/* QEMU resets at once instead of later; and whom a debugger has stopped feeds nothing. */
static enum status bcm2835_watchdog_start(const struct device *device, uint64_t timeout)
{
    struct bcm2835_watchdog_state *state = device->state;
    uint64_t ticks = timeout / NANOSECONDS_PER_SECOND * TICKS_PER_SECOND;

    if (ticks > WDOG_TICKS_MAX)
        return ERR_INVALID;
    if (arch_semihosting_probe())
        return ERR_NOT_FOUND;
    state->ticks = (uint32_t)ticks;
    set_partition(device, false);
    bcm2835_watchdog_feed(device);
    return OK;
}

static const struct watchdog_operations watchdog_operations = {
    .start = bcm2835_watchdog_start,
    .feed = bcm2835_watchdog_feed,
};

static const struct power_operations operations = {
    .off = bcm2835_watchdog_off,
    .reset = bcm2835_watchdog_reset,
    .watchdog = &watchdog_operations,
};

const struct driver bcm2835_watchdog_driver = {
    .name = "bcm2835-watchdog",
    .class = "power",
    .init = bcm2835_watchdog_init,
    .operations = &operations,
};
