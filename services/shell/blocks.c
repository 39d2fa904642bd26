/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See blocks.h.
 */
#include "blocks.h"

#include "session.h"

#include <kernel/block.h>
#include <kernel/log.h>
#include <shell_config.h>

static const struct partition *partition_of(void *context)
{
    const struct shell *shell = context;
    const struct shell_config *config = shell->service->config;
    return config->blocks;
}

/* What to THROW before a block is read or written. */
static int check(const struct partition *partition, forth_cell number)
{
    if (partition_check(partition))
        return THROW_NO_BLOCKS;
    return number < partition->size / FORTH_BLOCK ? 0 : THROW_BLOCK_NUMBER;
}

static int read_block(void *context, forth_cell number, uint8_t data[FORTH_BLOCK])
{
    const struct partition *partition = partition_of(context);
    int code = check(partition, number);
    if (!code && partition_read(partition, (uint64_t)number * FORTH_BLOCK, data, FORTH_BLOCK))
        code = THROW_BLOCK_READ;
    return code;
}

static int write_block(void *context, forth_cell number, const uint8_t data[FORTH_BLOCK])
{
    const struct partition *partition = partition_of(context);
    int code = check(partition, number);
    if (!code && partition_write(partition, (uint64_t)number * FORTH_BLOCK, data, FORTH_BLOCK))
        code = THROW_BLOCK_WRITE;
    return code;
}

static int flush_blocks(void *context)
{
    const struct partition *partition = partition_of(context);
    int code = check(partition, 0);
    return code || !partition_flush(partition) ? code : THROW_BLOCK_WRITE;
}

const struct forth_blocks shell_blocks = {read_block, write_block, flush_blocks};

void shell_blocks_check(const struct partition *partition)
{
    enum status status = partition_check(partition);
    if (status == ERR_LIMIT)
        log_error("shell", "%s is too short for the partition %s: it has %llu KB of %llu",
                  partition->device->name, partition->name,
                  (unsigned long long)block(partition->device)->sectors(partition->device) / 2,
                  (unsigned long long)(partition->offset + partition->size) / 1024);
    else if (status)
        log_info("shell", "no blocks: %s: %s", partition->medium, status_text(status));
}
