/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cmsdk-watchdog.h.
 */
#include "cmsdk-watchdog.h"

#include <kernel/register.h>
#include <kernel/watchdog.h>

enum {
    LOAD = 0x000,
    CONTROL = 0x008,
    INTCLR = 0x00c,
    LOCK = 0xc00,

    CONTROL_INTEN = 1 << 0,
    CONTROL_RESEN = 1 << 1,
};

#define LOCK_OPEN UINT32_C(0x1acce551)

static const struct register_window *registers(const struct device *device)
{
    return &((const struct cmsdk_watchdog_config *)device->config)->registers;
}

static enum status cmsdk_watchdog_init(const struct device *device)
{
    (void)device;
    return OK;
}

static enum status cmsdk_watchdog_start(const struct device *device, uint64_t timeout)
{
    const struct cmsdk_watchdog_config *config = device->config;
    uint64_t ticks = timeout / 1000000 * config->clock / 1000;
    if (ticks > UINT32_MAX)
        return ERR_INVALID;
    register_write32(registers(device), LOCK, LOCK_OPEN);
    register_write32(registers(device), LOAD, (uint32_t)ticks);
    register_write32(registers(device), INTCLR, 1);
    register_write32(registers(device), CONTROL, CONTROL_INTEN | CONTROL_RESEN);
    register_write32(registers(device), LOCK, 0);
    return OK;
}

/* Clearing the interrupt loads the counter anew. */
static void cmsdk_watchdog_feed(const struct device *device)
{
    register_write32(registers(device), LOCK, LOCK_OPEN);
    register_write32(registers(device), INTCLR, 1);
    register_write32(registers(device), LOCK, 0);
}

static const struct watchdog_operations operations = {.start = cmsdk_watchdog_start,
                                                      .feed = cmsdk_watchdog_feed};

const struct driver cmsdk_watchdog_driver = {
    .name = "cmsdk-watchdog",
    .class = "watchdog",
    .init = cmsdk_watchdog_init,
    .operations = &operations,
};
