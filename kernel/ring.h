/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Ring: bytes between one producer and one consumer, one of which may be an interrupt handler.
 * Capacity is a power of two; head and tail run freely and are masked on use, so that a full ring
 * and an empty one differ without a spare byte (L. Lamport, "Proving the correctness of
 * multiprocess programs", 1977). Only the producer writes head, only the consumer writes tail.
 */
#ifndef KERNEL_RING_H
#define KERNEL_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ring {
    uint8_t *data;     /* borrowed from the caller of ring_init */
    uint32_t capacity; /* a power of two, at most 2^31 */
    _Atomic uint32_t head;
    _Atomic uint32_t tail;
};

/* `data` of `capacity` bytes (a power of two) is borrowed for the ring's life. */
static inline void ring_init(struct ring *ring, uint8_t *data, uint32_t capacity)
{
    ring->data = data;
    ring->capacity = capacity;
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
}

static inline uint32_t ring_used(const struct ring *ring)
{
    return atomic_load_explicit(&ring->head, memory_order_acquire) -
           atomic_load_explicit(&ring->tail, memory_order_acquire);
}

/* Producer. False if the ring is full. */
static inline bool ring_put(struct ring *ring, uint8_t byte)
{
    uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    if (head - atomic_load_explicit(&ring->tail, memory_order_acquire) == ring->capacity)
        return false;
    ring->data[head & (ring->capacity - 1)] = byte;
    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
    return true;
}

/* Consumer. False if the ring is empty. */
static inline bool ring_take(struct ring *ring, uint8_t *byte)
{
    uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    if (atomic_load_explicit(&ring->head, memory_order_acquire) == tail)
        return false;
    *byte = ring->data[tail & (ring->capacity - 1)];
    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
    return true;
}

#endif
