/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See flash-config.h. The file says itself how long it is; nothing beyond the partition is read.
 */
#include "flash-config.h"

#include <kernel/board.h>
#include <kernel/runtime_config.h>
#include <kernel/runtime_file.h>
#include <string.h>

enum { SIZE_AT = 4 }; /* in the file's header */

#define ERASED UINT32_MAX
#define BLANK  0 /* as an emulator's flash is */

static const uint8_t *address_of(const struct partition *partition)
{
    for (size_t i = 0; i < board.region_count; i++)
        if (strcmp(board.regions[i].name, partition->medium) == 0)
            return (const uint8_t *)board.regions[i].base + (size_t)partition->offset;
    return NULL;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static enum status flash_config_init(const struct device *device)
{
    const struct flash_config_config *config = device->config;
    const struct partition *partition = config->partition;
    const uint8_t *file = address_of(partition);
    if (!file || word_at(file) == ERASED || word_at(file) == BLANK)
        return OK;
    const size_t most = (size_t)partition->size - RUNTIME_FILE_HEADER;
    const uint32_t size = word_at(file + SIZE_AT);
    runtime_config_apply(device->name, file, RUNTIME_FILE_HEADER + (size < most ? size : most));
    return OK;
}

const struct driver flash_config_driver = {
    .name = "flash-config",
    .class = "configuration",
    .init = flash_config_init,
};
