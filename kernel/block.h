/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "block": keeps sectors of 512 bytes while the board is off. Who has something to keep does
 * not ask the device but its own partition (partition.h), which keeps it off what is others'.
 */
#ifndef KERNEL_BLOCK_H
#define KERNEL_BLOCK_H

#include <kernel/device.h>

enum {
    BLOCK_SECTOR = 512,   /* bytes */
    BLOCK_SECTORS_MAX = 8 /* of one request */
};

#define BLOCK_PATIENCE UINT64_C(5000000000) /* ns that a request may take */

/* One request at a time: who comes meanwhile gets ERR_BUSY and may try again. A request takes
 * BLOCK_PATIENCE at the most; a task that is cancelled gets ERR_CANCELLED sooner. The caller's
 * memory is not touched once a call has returned, whatever it returned. Task context. */
struct block_operations {
    /* How many sectors there are; 0 where no medium is in the device. Any context. */
    uint64_t (*sectors)(const struct device *device);
    /* Reads or writes `count` sectors, at most BLOCK_SECTORS_MAX. ERR_INVALID: not all of them are
     * there; ERR_DEVICE: the device could not; ERR_TIMEOUT; ERR_DENIED: written, where the medium
     * can only be read. What of a failed write has been written is unknown. */
    enum status (*read)(const struct device *device, uint64_t sector, void *data, size_t count);
    enum status (*write)(const struct device *device, uint64_t sector, const void *data,
                         size_t count);
    /* Returns when all that was written would outlast a loss of power. ERR_DEVICE, ERR_TIMEOUT. */
    enum status (*flush)(const struct device *device);
};

/* Typed access; `device` is of class "block". */
static inline const struct block_operations *block(const struct device *device)
{
    return device->driver->operations;
}

/* Whether `count` sectors from `sector` on lie within `sectors`, and are a request's worth. */
static inline bool block_is_within(uint64_t sectors, uint64_t sector, size_t count)
{
    return count > 0 && count <= BLOCK_SECTORS_MAX && sector < sectors && count <= sectors - sector;
}

#endif
