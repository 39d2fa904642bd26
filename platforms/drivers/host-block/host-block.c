/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-block.h. A file answers at once, so that no thread stands for the hardware; requests are
 * system calls that name their offset, and need no turns.
 */
#include "host-block.h"

#include <errno.h>
#include <fcntl.h>
#include <kernel/log.h>
#include <platforms/arch/host/host.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum status host_block_init(const struct device *device)
{
    struct host_block_state *state = device->state;
    const char *path = host_disk();
    if (!path)
        return OK;
    state->file = open(path, O_RDWR | O_CLOEXEC);
    state->read_only = state->file < 0 && (errno == EACCES || errno == EROFS);
    if (state->read_only)
        state->file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (state->file < 0 || fstat(state->file, &status)) {
        log_error(device->name, "--disk %s: %s", path, strerror(errno));
        return ERR_NOT_FOUND;
    }
    if (!state->read_only && flock(state->file, LOCK_EX | LOCK_NB)) {
        log_error(device->name, "--disk %s: another board has it; give each its own", path);
        return ERR_BUSY;
    }
    state->sectors = (uint64_t)status.st_size / BLOCK_SECTOR;
    return OK;
}

static uint64_t host_block_sectors(const struct device *device)
{
    return ((const struct host_block_state *)device->state)->sectors;
}

/* Reads into `in` or writes from `out`, whichever is not NULL. A file that has become shorter, or a
 * full disk of the machine, is a device's error. */
static enum status transfer(const struct device *device, uint64_t sector, uint8_t *in,
                            const uint8_t *out, size_t count)
{
    const struct host_block_state *state = device->state;
    if (!block_is_within(state->sectors, sector, count))
        return ERR_INVALID;
    size_t size = count * BLOCK_SECTOR;
    off_t at = (off_t)(sector * BLOCK_SECTOR);
    for (size_t done = 0; done < size;) {
        ssize_t moved = in ? pread(state->file, in + done, size - done, at + (off_t)done)
                           : pwrite(state->file, out + done, size - done, at + (off_t)done);
        if (moved == 0 || (moved < 0 && errno != EINTR))
            return ERR_DEVICE;
        done += moved > 0 ? (size_t)moved : 0;
    }
    return OK;
}

static enum status host_block_read(const struct device *device, uint64_t sector, void *data,
                                   size_t count)
{
    return transfer(device, sector, data, NULL, count);
}

static enum status host_block_write(const struct device *device, uint64_t sector, const void *data,
                                    size_t count)
{
    const struct host_block_state *state = device->state;
    return state->read_only ? ERR_DENIED : transfer(device, sector, NULL, data, count);
}

static enum status host_block_flush(const struct device *device)
{
    const struct host_block_state *state = device->state;
    int result;
    do
        result = fdatasync(state->file);
    while (result && errno == EINTR);
    return result ? ERR_DEVICE : OK;
}

static const struct block_operations operations = {
    .sectors = host_block_sectors,
    .read = host_block_read,
    .write = host_block_write,
    .flush = host_block_flush,
};

const struct driver host_block_driver = {
    .name = "host-block",
    .class = "block",
    .init = host_block_init,
    .operations = &operations,
};
