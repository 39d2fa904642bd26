/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "entropy": a source of random bytes that nobody can know or foresee, for seeds of
 * generators and for keys (RFC 4086). Who wants them calls entropy_read, which asks the devices.
 */
#ifndef KERNEL_ENTROPY_H
#define KERNEL_ENTROPY_H

#include <kernel/device.h>

struct entropy_operations {
    /* Fills `bytes`, all of them or, with an error, with nothing of use: ERR_NOT_FOUND if this
     * hardware turns out to be without the source, ERR_DEVICE if the source fails or what it gives
     * is not random. May take milliseconds, and seconds from a source that has just been
     * started. Task context. */
    enum status (*read)(const struct device *device, void *bytes, size_t size);
};

/* Typed access; `device` is of class "entropy". */
static inline const struct entropy_operations *entropy(const struct device *device)
{
    return device->driver->operations;
}

/* Fills `bytes` from the first of the board's sources, in its file's order, that can. ERR_NOT_FOUND
 * if there is none; ERR_DEVICE if those that there are fail. After an error the bytes are not to be
 * used. Takes as long as they do. Task context. */
enum status entropy_read(void *bytes, size_t size);

#endif
