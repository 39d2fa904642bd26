/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See fw-cfg-port.h. On a real machine nothing answers: the ports read as all ones.
 */
#include "fw-cfg-port.h"

#include <platforms/arch/x86_64/port.h>

static void fw_cfg_port_select(const struct device *device, uint16_t key)
{
    const struct fw_cfg_port_config *config = device->config;
    port_write16(config->port, key);
}

static uint8_t fw_cfg_port_read(const struct device *device)
{
    const struct fw_cfg_port_config *config = device->config;
    return port_read8((uint16_t)(config->port + 1));
}

static enum status fw_cfg_port_init(const struct device *device)
{
    static const struct fw_cfg_access access = {fw_cfg_port_select, fw_cfg_port_read};
    struct fw_cfg_port_state *state = device->state;
    return fw_cfg_configure(device, &access, state->file);
}

const struct driver fw_cfg_port_driver = {
    .name = "fw-cfg-port",
    .class = "configuration",
    .init = fw_cfg_port_init,
};
