/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * QEMU's firmware configuration device as a PC has it (QEMU, docs/specs/fw_cfg): a selector of 16
 * bits and, one further, a port that its bytes are read from.
 */
#ifndef FW_CFG_PORT_H
#define FW_CFG_PORT_H

#include <fw_cfg_port_config.h>
#include <kernel/device.h>
#include <kernel/fw_cfg.h>

struct fw_cfg_port_state {
    uint8_t file[FW_CFG_FILE_MAX];
};

extern const struct driver fw_cfg_port_driver;

#endif
