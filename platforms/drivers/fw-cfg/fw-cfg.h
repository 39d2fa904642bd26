/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * QEMU's firmware configuration device with memory-mapped registers (QEMU, docs/specs/fw_cfg).
 */
#ifndef FW_CFG_H
#define FW_CFG_H

#include <fw_cfg_config.h>
#include <kernel/device.h>
#include <kernel/fw_cfg.h>

struct fw_cfg_state {
    uint8_t file[FW_CFG_FILE_MAX];
};

extern const struct driver fw_cfg_driver;

#endif
