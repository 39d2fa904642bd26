/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See fw_cfg.h. Numbers in the directory are big-endian.
 */
#include <kernel/fw_cfg.h>

#include <kernel/log.h>
#include <kernel/runtime_config.h>
#include <string.h>

enum {
    KEY_SIGNATURE = 0x00,
    KEY_DIRECTORY = 0x19,
    NAME_SIZE = 56, /* of a file, its NUL included */
};

static void read_bytes(const struct device *device, const struct fw_cfg_access *access,
                       uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = access->fw_cfg_read(device);
}

static uint32_t read_number(const struct device *device, const struct fw_cfg_access *access,
                            size_t size)
{
    uint32_t number = 0;
    while (size-- > 0)
        number = number << 8 | access->fw_cfg_read(device);
    return number;
}

/* Looks the file up in the directory; its size goes to *size. False if there is none. */
static bool find_file(const struct device *device, const struct fw_cfg_access *access,
                      uint16_t *key, uint32_t *size)
{
    char name[NAME_SIZE];
    access->fw_cfg_select(device, KEY_DIRECTORY);
    for (uint32_t count = read_number(device, access, 4); count > 0; count--) {
        *size = read_number(device, access, 4);
        *key = (uint16_t)read_number(device, access, 2);
        read_number(device, access, 2);
        read_bytes(device, access, (uint8_t *)name, sizeof(name));
        if (strncmp(name, FW_CFG_CONFIGURATION, sizeof(name)) == 0)
            return true;
    }
    return false;
}

enum status fw_cfg_configure(const struct device *device, const struct fw_cfg_access *access,
                             uint8_t file[FW_CFG_FILE_MAX])
{
    uint16_t key;
    uint32_t size;
    access->fw_cfg_select(device, KEY_SIGNATURE);
    read_bytes(device, access, file, 4);
    if (memcmp(file, "QEMU", 4) != 0) {
        log_debug(device->name, "no emulator answers");
        return OK;
    }
    if (!find_file(device, access, &key, &size)) {
        log_debug(device->name, "there is no " FW_CFG_CONFIGURATION);
        return OK;
    }
    if (size > FW_CFG_FILE_MAX) {
        log_error(device->name, "configuration refused: %lu bytes are more than %d",
                  (unsigned long)size, FW_CFG_FILE_MAX);
        return OK;
    }
    access->fw_cfg_select(device, key);
    read_bytes(device, access, file, size);
    runtime_config_apply(device->name, file, size);
    return OK;
}
