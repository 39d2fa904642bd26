/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Serial buffer: what an interrupt-driven driver of class "serial" keeps between its device and the
 * tasks, and the part of its operations that is the same for all. The driver's state begins with
 * it; what only the driver can do (`push` bytes into the device, `service` it in both directions)
 * is handed to the functions here, which are inline always, so that no call goes through a pointer.
 *
 * Invariants: 1 only the task that writes puts bytes into `sending`, only the task that reads takes
 * some from `received`; the other ends, and the device, are touched with the lock held; 2 a driver
 * that finds `received` full leaves the bytes in the device, which holds back a sender that heeds
 * flow control (RTS on a line, the emulator's back-pressure), until the next read; `stalled` says
 * so.
 *
 * write_polled is the exception: it must work in a fault, so it asks for no lock.
 */
#ifndef KERNEL_SERIAL_BUFFER_H
#define KERNEL_SERIAL_BUFFER_H

#include <kernel/lock.h>
#include <kernel/ring.h>
#include <kernel/serial.h>

struct serial_buffer {
    struct lock lock;
    struct ring received;
    struct ring sending;
    struct event *receivable; /* borrowed, or NULL */
    struct event *writable;   /* borrowed, or NULL */
    uint32_t overruns;        /* counted by the driver */
    bool stalled;             /* the device keeps bytes: there was no room */
};

/* Both buffers have `capacity` bytes, a power of two, and are borrowed for the device's life. Who
 * listens already goes on. Boot context. */
static inline void serial_buffer_init(struct serial_buffer *buffer, uint8_t *received,
                                      uint8_t *sending, uint32_t capacity)
{
    ring_init(&buffer->received, received, capacity);
    ring_init(&buffer->sending, sending, capacity);
}

/* True if there is room for a byte that the device has received. Lock held. */
static inline bool serial_buffer_has_room(struct serial_buffer *buffer)
{
    buffer->stalled = ring_used(&buffer->received) == buffer->received.capacity;
    return !buffer->stalled;
}

/* True if bytes wait to be sent. Lock held. */
static inline bool serial_buffer_is_sending(const struct serial_buffer *buffer)
{
    return ring_used(&buffer->sending) > 0;
}

/* Does what an interrupt of the device asks for: `service` moves bytes in both directions. Readers
 * are woken when bytes came, a writer when half of the buffer has become free and when all has.
 * Interrupt context; also wherever bytes may have come without one. */
static inline __attribute__((always_inline)) void
serial_buffer_serve(const struct device *device, void (*service)(const struct device *device))
{
    struct serial_buffer *buffer = device->state;
    bool enabled = lock_acquire(&buffer->lock);
    uint32_t half = buffer->sending.capacity / 2;
    uint32_t before = ring_used(&buffer->sending);
    uint32_t arrived = atomic_load_explicit(&buffer->received.head, memory_order_relaxed);
    service(device);
    uint32_t after = ring_used(&buffer->sending);
    if (buffer->receivable &&
        arrived != atomic_load_explicit(&buffer->received.head, memory_order_relaxed))
        event_signal(buffer->receivable);
    if (buffer->writable && ((before > half && after <= half) || (before > 0 && after == 0)))
        event_signal(buffer->writable);
    lock_release(&buffer->lock, enabled);
}

/* For serial_operations.write: `push` gives the device what it has room for, and lets its interrupt
 * ask for the rest. */
static inline __attribute__((always_inline)) size_t
serial_buffer_write(const struct device *device, const uint8_t *data, size_t size,
                    void (*push)(const struct device *device))
{
    struct serial_buffer *buffer = device->state;
    size_t taken = 0;
    while (taken < size && ring_put(&buffer->sending, data[taken]))
        taken++;
    bool enabled = lock_acquire(&buffer->lock);
    push(device);
    lock_release(&buffer->lock, enabled);
    return taken;
}

/* For serial_operations.read: where the device has kept bytes and there is room again, `service`
 * takes them. */
static inline __attribute__((always_inline)) size_t
serial_buffer_read(const struct device *device, uint8_t *data, size_t size,
                   void (*service)(const struct device *device))
{
    struct serial_buffer *buffer = device->state;
    size_t count = 0;
    while (count < size && ring_take(&buffer->received, &data[count]))
        count++;
    if (count && buffer->stalled)
        serial_buffer_serve(device, service);
    return count;
}

/* Is serial_operations.listen. */
static inline void serial_buffer_listen(const struct device *device, struct event *receivable,
                                        struct event *writable)
{
    struct serial_buffer *buffer = device->state;
    bool enabled = lock_acquire(&buffer->lock);
    buffer->receivable = receivable;
    buffer->writable = writable;
    lock_release(&buffer->lock, enabled);
}

/* For serial_operations.write_polled, once the device is configured: `put` waits until the device
 * takes the byte. */
static inline __attribute__((always_inline)) void
serial_buffer_write_polled(const struct device *device, const uint8_t *data, size_t size,
                           void (*put)(const struct device *device, uint8_t byte))
{
    struct serial_buffer *buffer = device->state;
    uint8_t byte;
    while (ring_take(&buffer->sending, &byte))
        put(device, byte);
    for (size_t i = 0; i < size; i++)
        put(device, data[i]);
}

/* Is serial_operations.overruns. */
static inline uint32_t serial_buffer_overruns(const struct device *device)
{
    return ((const struct serial_buffer *)device->state)->overruns;
}

#endif
