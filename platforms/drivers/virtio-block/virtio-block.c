/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See virtio-block.h. One request at a time, in three descriptors: its header, its data, its
 * result. Data goes through a buffer of the driver's, so that a device that answers late writes
 * into no memory that is another's by then; a device that does not answer in time is reset.
 */
#include "virtio-block.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/register.h>
#include <string.h>

enum { HEADER, DATA, RESULT }; /* the descriptors */
enum { PATIENCE = 1000000 };   /* reads of a register */

static uint32_t get(const struct device *device, size_t offset)
{
    const struct virtio_block_config *config = device->config;
    return register_read32(&config->registers, offset);
}

static void put(const struct device *device, size_t offset, uint32_t value)
{
    const struct virtio_block_config *config = device->config;
    register_write32(&config->registers, offset, value);
}

static void put_address(const struct device *device, size_t offset, const void *place)
{
    put(device, offset, (uint32_t)(uintptr_t)place);
    put(device, offset + 4, (uint32_t)((uint64_t)(uintptr_t)place >> 32));
}

/* Agrees on features (3.1.1, steps 3 to 6); false where the device wants others. */
static bool agree(const struct device *device)
{
    struct virtio_block_state *state = device->state;
    const uint32_t known = VIRTIO_WORD0_BLOCK_READ_ONLY | VIRTIO_WORD0_BLOCK_FLUSH;
    const uint32_t status = VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER;

    put(device, VIRTIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE);
    put(device, VIRTIO_STATUS, status);
    put(device, VIRTIO_DEVICE_FEATURES_SELECT, 0);
    uint32_t offered = get(device, VIRTIO_DEVICE_FEATURES);
    put(device, VIRTIO_DRIVER_FEATURES_SELECT, 0);
    put(device, VIRTIO_DRIVER_FEATURES, offered & known);
    put(device, VIRTIO_DRIVER_FEATURES_SELECT, 1);
    put(device, VIRTIO_DRIVER_FEATURES, VIRTIO_WORD1_VERSION_1);
    put(device, VIRTIO_STATUS, status | VIRTIO_STATUS_FEATURES_OK);
    state->read_only = offered & VIRTIO_WORD0_BLOCK_READ_ONLY;
    state->has_flush = offered & VIRTIO_WORD0_BLOCK_FLUSH;
    return get(device, VIRTIO_STATUS) & VIRTIO_STATUS_FEATURES_OK;
}

/* Gives the device its queue (4.2.3.2). */
static bool make_queue(const struct device *device)
{
    struct virtio_block_state *state = device->state;

    memset(&state->available, 0, sizeof(state->available));
    memset(&state->used, 0, sizeof(state->used));
    put(device, VIRTIO_QUEUE_SELECT, 0);
    if (get(device, VIRTIO_QUEUE_SIZE_MAX) < VIRTIO_QUEUE)
        return false;
    put(device, VIRTIO_QUEUE_SIZE, VIRTIO_QUEUE);
    put_address(device, VIRTIO_QUEUE_DESCRIPTORS, state->descriptors);
    put_address(device, VIRTIO_QUEUE_AVAILABLE, &state->available);
    put_address(device, VIRTIO_QUEUE_USED, &state->used);
    put(device, VIRTIO_QUEUE_READY, 1);
    return true;
}

/* Resets the device and brings it up (3.1.1). What it was at is forgotten. */
static enum status start(const struct device *device)
{
    put(device, VIRTIO_STATUS, 0);
    for (unsigned i = 0; get(device, VIRTIO_STATUS); i++) /* 4.2.3.1: until the reset is done */
        if (i == PATIENCE)
            return ERR_DEVICE;
    if (!agree(device) || !make_queue(device)) {
        put(device, VIRTIO_STATUS, VIRTIO_STATUS_FAILED);
        return ERR_DEVICE;
    }
    put(device, VIRTIO_STATUS,
        VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER | VIRTIO_STATUS_FEATURES_OK |
            VIRTIO_STATUS_DRIVER_OK);
    return OK;
}

static enum status virtio_block_init(const struct device *device)
{
    struct virtio_block_state *state = device->state;

    if (get(device, VIRTIO_MAGIC_VALUE) != VIRTIO_MAGIC)
        return ERR_NOT_FOUND;
    uint32_t id = get(device, VIRTIO_DEVICE_ID);
    if (id == VIRTIO_NO_DEVICE)
        return OK;
    if (id != VIRTIO_BLOCK_DEVICE || get(device, VIRTIO_VERSION) != VIRTIO_VERSION_1) {
        log_error(device->name, "virtio device %u of version %u: not a disk of virtio 1", id,
                  get(device, VIRTIO_VERSION));
        return ERR_UNSUPPORTED;
    }
    enum status status = start(device);
    if (!status)
        state->sectors = get(device, VIRTIO_CONFIGURATION) |
                         (uint64_t)get(device, VIRTIO_CONFIGURATION + 4) << 32;
    return status;
}

static void virtio_block_interrupt(const struct device *device)
{
    struct virtio_block_state *state = device->state;

    put(device, VIRTIO_INTERRUPT_ACKNOWLEDGE, get(device, VIRTIO_INTERRUPT_STATUS));
    event_signal(&state->answered);
}

static uint64_t virtio_block_sectors(const struct device *device)
{
    return ((const struct virtio_block_state *)device->state)->sectors;
}

static void describe(struct virtio_block_state *state, unsigned index, const void *place,
                     size_t length, unsigned flags)
{
    state->descriptors[index] = (struct virtio_descriptor){
        .address = (uintptr_t)place,
        .length = (uint32_t)length,
        .flags = (uint16_t)flags,
        .next = (uint16_t)(flags & VIRTIO_DESCRIPTOR_NEXT ? index + 1 : 0)};
}

/* Hands the request over (2.7.13): descriptors, ring entry, index, notice. Of no data, the header
 * is followed by the result. */
static void submit(const struct device *device, size_t size)
{
    struct virtio_block_state *state = device->state;
    bool reads = state->header.type == VIRTIO_BLOCK_IN;
    struct virtio_available *available = &state->available;

    describe(state, HEADER, &state->header, sizeof(state->header), VIRTIO_DESCRIPTOR_NEXT);
    describe(state, DATA, state->data, size,
             VIRTIO_DESCRIPTOR_NEXT | (reads ? VIRTIO_DESCRIPTOR_WRITE : 0));
    describe(state, RESULT, &state->result, 1, VIRTIO_DESCRIPTOR_WRITE);
    if (!size)
        state->descriptors[HEADER].next = RESULT;
    state->result = VIRTIO_BLOCK_UNANSWERED;
    available->ring[available->index % VIRTIO_QUEUE] = HEADER;
    atomic_thread_fence(memory_order_seq_cst);
    *(volatile uint16_t *)&available->index = (uint16_t)(available->index + 1);
    atomic_thread_fence(memory_order_seq_cst);
    put(device, VIRTIO_QUEUE_NOTIFY, 0);
}

static bool is_answered(const struct virtio_block_state *state)
{
    bool is = *(const volatile uint16_t *)&state->used.index == state->available.index;
    atomic_thread_fence(memory_order_seq_cst);
    return is;
}

/* Has the device do what the header says with the buffer. The claim is ours until `deadline`. */
static enum status perform(const struct device *device, size_t size, uint64_t deadline)
{
    struct virtio_block_state *state = device->state;
    enum status status = OK;

    submit(device, size);
    while (!status && !is_answered(state))
        status = event_wait(&state->answered, deadline);
    if (status) { /* given up: what it still does must not meet the next request */
        start(device);
        return status;
    }
    return state->result == VIRTIO_BLOCK_OK ? OK : ERR_DEVICE;
}

static enum status request(const struct device *device, uint32_t type, uint64_t sector, void *in,
                           const void *out, size_t size)
{
    struct virtio_block_state *state = device->state;
    uint64_t deadline;
    enum status status = block_claim(&state->claim, &deadline);

    if (status)
        return status;
    state->header = (struct virtio_block_header){.type = type, .sector = sector};
    if (out)
        memcpy(state->data, out, size);
    status = perform(device, size, deadline);
    if (!status && in)
        memcpy(in, state->data, size);
    block_unclaim(&state->claim, deadline);
    return status;
}

static enum status virtio_block_read(const struct device *device, uint64_t sector, void *data,
                                     size_t count)
{
    const struct virtio_block_state *state = device->state;

    if (!block_is_within(state->sectors, sector, count))
        return ERR_INVALID;
    return request(device, VIRTIO_BLOCK_IN, sector, data, NULL, count * BLOCK_SECTOR);
}

static enum status virtio_block_write(const struct device *device, uint64_t sector,
                                      const void *data, size_t count)
{
    const struct virtio_block_state *state = device->state;

    if (!block_is_within(state->sectors, sector, count))
        return ERR_INVALID;
    if (state->read_only)
        return ERR_DENIED;
    return request(device, VIRTIO_BLOCK_OUT, sector, NULL, data, count * BLOCK_SECTOR);
}

/* A device without that feature has written when it answers (5.2.6.2). */
static enum status virtio_block_flush(const struct device *device)
{
    const struct virtio_block_state *state = device->state;

    return state->has_flush ? request(device, VIRTIO_BLOCK_FLUSH, 0, NULL, NULL, 0) : OK;
}

static const struct block_operations operations = {
    .sectors = virtio_block_sectors,
    .read = virtio_block_read,
    .write = virtio_block_write,
    .flush = virtio_block_flush,
};

const struct driver virtio_block_driver = {
    .name = "virtio-block",
    .class = "block",
    .init = virtio_block_init,
    .interrupt = virtio_block_interrupt,
    .operations = &operations,
};
