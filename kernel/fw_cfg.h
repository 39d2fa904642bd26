/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * QEMU's firmware configuration device (QEMU, docs/specs/fw_cfg): files that the emulator was
 * given, by name. Drivers of class "configuration" bring what depends on how it is reached: a key
 * is selected, then its bytes are read one after the other.
 */
#ifndef KERNEL_FW_CFG_H
#define KERNEL_FW_CFG_H

#include <kernel/device.h>
#include <kernel/status.h>

#define FW_CFG_CONFIGURATION "opt/ranvier/config"

enum { FW_CFG_FILE_MAX = 2048 /* bytes */ };

/* How such a device is reached. */
struct fw_cfg_access {
    void (*fw_cfg_select)(const struct device *device, uint16_t key);
    uint8_t (*fw_cfg_read)(const struct device *device);
};

/* Reads the file FW_CFG_CONFIGURATION, if the device has one, and merges it over the options
 * (runtime_config.h). OK also where the device or the file is not there. Boot context. */
enum status fw_cfg_configure(const struct device *device, const struct fw_cfg_access *access,
                             uint8_t file[FW_CFG_FILE_MAX]);

#endif
