/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "serial": a byte stream in both directions. The kernel itself needs it for its log and its
 * panic report; services read and write it.
 */
#ifndef KERNEL_SERIAL_H
#define KERNEL_SERIAL_H

#include <kernel/device.h>
#include <kernel/event.h>

struct serial_operations {
    /* Takes up to `size` bytes for sending and returns how many; never waits. One task at a time,
     * or with interrupts masked. */
    size_t (*write)(const struct device *device, const uint8_t *data, size_t size);
    /* Stores up to `size` received bytes and returns how many; never waits. One task at a time. */
    size_t (*read)(const struct device *device, uint8_t *data, size_t size);
    /* From now on `receivable` is signalled when bytes arrive and `writable` when sending has made
     * room; NULL for no interest. The events are borrowed. Task or boot context. */
    void (*listen)(const struct device *device, struct event *receivable, struct event *writable);
    /* Sends now, polling the hardware, after what was queued; with `size` 0, only that. Works with
     * interrupts masked, in a fault handler, and whether or not init succeeded in part. */
    void (*write_polled)(const struct device *device, const uint8_t *data, size_t size);
    /* Received bytes that were lost because nobody read them in time. Counts a loss before what
     * came after it can be read. Any context. */
    uint32_t (*overruns)(const struct device *device);
};

/* Typed access; `device` is of class "serial". */
static inline const struct serial_operations *serial(const struct device *device)
{
    return device->driver->operations;
}

#endif
