/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See virtio.h.
 */
#include <kernel/virtio.h>

#include <kernel/log.h>
#include <kernel/register.h>
#include <stdatomic.h>
#include <string.h>

enum { PATIENCE = 1000000 }; /* reads of a register */

static uint32_t get(const struct virtio *virtio, size_t offset)
{
    return register_read32(virtio->window, offset);
}

static void put(const struct virtio *virtio, size_t offset, uint32_t value)
{
    register_write32(virtio->window, offset, value);
}

static void put_address(const struct virtio *virtio, size_t offset, const void *place)
{
    put(virtio, offset, (uint32_t)(uintptr_t)place);
    put(virtio, offset + 4, (uint32_t)((uint64_t)(uintptr_t)place >> 32));
}

/* Agrees on features (3.1.1, steps 3 to 6); false where the device wants others. */
static bool agree(struct virtio *virtio)
{
    const uint32_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

    put(virtio, VIRTIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE);
    put(virtio, VIRTIO_STATUS, status);
    put(virtio, VIRTIO_DEVICE_FEATURES_SELECT, 0);
    virtio->features &= get(virtio, VIRTIO_DEVICE_FEATURES);
    put(virtio, VIRTIO_DRIVER_FEATURES_SELECT, 0);
    put(virtio, VIRTIO_DRIVER_FEATURES, virtio->features);
    put(virtio, VIRTIO_DRIVER_FEATURES_SELECT, 1);
    put(virtio, VIRTIO_DRIVER_FEATURES, VIRTIO_WORD1_VERSION_1);
    put(virtio, VIRTIO_STATUS, status | VIRTIO_STATUS_FEATURES_OK);
    return get(virtio, VIRTIO_STATUS) & VIRTIO_STATUS_FEATURES_OK;
}

/* Gives the device its queue (4.2.3.2). */
static bool make_queue(struct virtio *virtio)
{
    memset(&virtio->available, 0, sizeof(virtio->available));
    memset(&virtio->used, 0, sizeof(virtio->used));
    put(virtio, VIRTIO_QUEUE_SELECT, 0);
    if (get(virtio, VIRTIO_QUEUE_SIZE_MAX) < VIRTIO_QUEUE)
        return false;
    put(virtio, VIRTIO_QUEUE_SIZE, VIRTIO_QUEUE);
    put_address(virtio, VIRTIO_QUEUE_DESCRIPTORS, virtio->descriptors);
    put_address(virtio, VIRTIO_QUEUE_AVAILABLE, &virtio->available);
    put_address(virtio, VIRTIO_QUEUE_USED, &virtio->used);
    put(virtio, VIRTIO_QUEUE_READY, 1);
    return true;
}

/* Resets the device and brings it up (3.1.1). What it was at is forgotten. */
static enum status start(struct virtio *virtio)
{
    put(virtio, VIRTIO_STATUS, 0);
    for (unsigned i = 0; get(virtio, VIRTIO_STATUS); i++) /* 4.2.3.1: until the reset is done */
        if (i == PATIENCE)
            return ERR_DEVICE;
    if (!agree(virtio) || !make_queue(virtio)) {
        put(virtio, VIRTIO_STATUS, VIRTIO_STATUS_FAILED);
        return ERR_DEVICE;
    }
    put(virtio, VIRTIO_STATUS,
        VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK |
            VIRTIO_STATUS_DRIVER_OK);
    return OK;
}

enum status virtio_init(struct virtio *virtio, const char *name,
                        const struct register_window *window, unsigned kind, uint32_t features)
{
    virtio->window = window;
    virtio->features = features;
    if (get(virtio, VIRTIO_MAGIC_VALUE) != VIRTIO_MAGIC)
        return ERR_NOT_FOUND;
    unsigned id = get(virtio, VIRTIO_DEVICE_ID), version = get(virtio, VIRTIO_VERSION);
    if (id == VIRTIO_NO_DEVICE)
        return OK;
    if (id != kind || version != VIRTIO_VERSION_1) {
        log_error(name, "virtio device %u of version %u: not device %u of virtio 1", id, version,
                  kind);
        return ERR_UNSUPPORTED;
    }
    enum status status = start(virtio);
    virtio->is_there = !status;
    return status;
}

void virtio_describe(struct virtio *virtio, unsigned index, const void *place, size_t length,
                     unsigned flags)
{
    virtio->descriptors[index] = (struct virtio_descriptor){
        .address = (uintptr_t)place,
        .length = (uint32_t)length,
        .flags = (uint16_t)flags,
        .next = (uint16_t)(flags & VIRTIO_DESCRIPTOR_NEXT ? index + 1 : 0)};
}

/* Hands the request over (2.7.13): ring entry, index, notice. */
static void submit(struct virtio *virtio)
{
    struct virtio_available *available = &virtio->available;

    available->ring[available->index % VIRTIO_QUEUE] = 0;
    atomic_thread_fence(memory_order_seq_cst);
    *(volatile uint16_t *)&available->index = (uint16_t)(available->index + 1);
    atomic_thread_fence(memory_order_seq_cst);
    put(virtio, VIRTIO_QUEUE_NOTIFY, 0);
}

static bool is_answered(const struct virtio *virtio)
{
    bool is = *(const volatile uint16_t *)&virtio->used.index == virtio->available.index;
    atomic_thread_fence(memory_order_seq_cst);
    return is;
}

enum status virtio_perform(struct virtio *virtio, uint64_t deadline, uint32_t *written)
{
    enum status status = OK;

    submit(virtio);
    while (!status && !is_answered(virtio))
        status = event_wait(&virtio->answered, deadline);
    if (status) { /* given up: what it still does must not meet the next request */
        start(virtio);
        return status;
    }
    if (written)
        *written = virtio->used.ring[(uint16_t)(virtio->used.index - 1) % VIRTIO_QUEUE].length;
    return OK;
}

void virtio_interrupt(struct virtio *virtio)
{
    put(virtio, VIRTIO_INTERRUPT_ACKNOWLEDGE, get(virtio, VIRTIO_INTERRUPT_STATUS));
    event_signal(&virtio->answered);
}

uint32_t virtio_configuration(const struct virtio *virtio, size_t offset)
{
    return get(virtio, VIRTIO_CONFIGURATION + offset);
}
