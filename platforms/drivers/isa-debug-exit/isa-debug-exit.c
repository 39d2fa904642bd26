/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See isa-debug-exit.h. On a real machine nothing answers at the port: it reads as all ones, and
 * is then left alone.
 */
#include "isa-debug-exit.h"

#include <kernel/power.h>
#include <platforms/arch/x86_64/port.h>

static enum status isa_debug_exit_init(const struct device *device)
{
    (void)device;
    return OK;
}

static void isa_debug_exit_off(const struct device *device, int status)
{
    const struct isa_debug_exit_config *config = device->config;

    if (status != 0 && port_read32(config->port) == 0)
        port_write32(config->port, (uint32_t)status);
}

static const struct power_operations operations = {.off = isa_debug_exit_off};

const struct driver isa_debug_exit_driver = {
    .name = "isa-debug-exit",
    .class = "power",
    .init = isa_debug_exit_init,
    .operations = &operations,
};
