/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See fw-cfg.h.
 */
#include "fw-cfg.h"

#include <kernel/register.h>

/* Register offsets; the selector is big-endian. */
enum { DATA = 0, SELECTOR = 8 };

static void fw_cfg_select(const struct device *device, uint16_t key)
{
    const struct fw_cfg_config *config = device->config;
    register_write16(&config->registers, SELECTOR, (uint16_t)(key << 8 | key >> 8));
}

static uint8_t fw_cfg_read(const struct device *device)
{
    const struct fw_cfg_config *config = device->config;
    return register_read8(&config->registers, DATA);
}

static enum status fw_cfg_init(const struct device *device)
{
    static const struct fw_cfg_access access = {fw_cfg_select, fw_cfg_read};
    struct fw_cfg_state *state = device->state;
    return fw_cfg_configure(device, &access, state->file);
}

const struct driver fw_cfg_driver = {
    .name = "fw-cfg",
    .class = "configuration",
    .init = fw_cfg_init,
};
