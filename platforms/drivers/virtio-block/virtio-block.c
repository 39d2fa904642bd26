/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See virtio-block.h. A request is its header, its data, its result. Data goes through a buffer
 * of the driver's, so that a device that answers late writes into no memory that is another's by
 * then.
 */
#include "virtio-block.h"

#include <string.h>

/* Virtual I/O Device, version 1.2, 5.2. */
enum {
    FEATURE_READ_ONLY = 1 << 5,
    FEATURE_FLUSH = 1 << 9,
    CAPACITY = 0, /* in sectors, where the configuration begins: low half, then high */
    TYPE_IN = 0,
    TYPE_OUT = 1,
    TYPE_FLUSH = 4,
    RESULT_OK = 0,
    RESULT_NONE = 0xff /* ours */
};

static enum status virtio_block_init(const struct device *device)
{
    const struct virtio_block_config *config = device->config;
    struct virtio_block_state *state = device->state;
    enum status status = virtio_init(&state->virtio, device->name, &config->registers,
                                     VIRTIO_BLOCK_DEVICE, FEATURE_READ_ONLY | FEATURE_FLUSH);

    if (!status && state->virtio.is_there)
        state->sectors = virtio_configuration(&state->virtio, CAPACITY) |
                         (uint64_t)virtio_configuration(&state->virtio, CAPACITY + 4) << 32;
    return status;
}

static void virtio_block_interrupt(const struct device *device)
{
    virtio_interrupt(&((struct virtio_block_state *)device->state)->virtio);
}

static uint64_t virtio_block_sectors(const struct device *device)
{
    return ((const struct virtio_block_state *)device->state)->sectors;
}

/* Has the device do what the header says with the buffer. The claim is ours until `deadline`. Of no
 * data, the header is followed by the result. */
static enum status perform(const struct device *device, size_t size, uint64_t deadline)
{
    struct virtio_block_state *state = device->state;
    bool reads = state->header.type == TYPE_IN;
    unsigned at = 0;

    virtio_describe(&state->virtio, at++, &state->header, sizeof(state->header),
                    VIRTIO_DESCRIPTOR_NEXT);
    if (size)
        virtio_describe(&state->virtio, at++, state->data, size,
                        VIRTIO_DESCRIPTOR_NEXT | (reads ? VIRTIO_DESCRIPTOR_WRITE : 0));
    virtio_describe(&state->virtio, at, &state->result, 1, VIRTIO_DESCRIPTOR_WRITE);
    state->result = RESULT_NONE;
    enum status status = virtio_perform(&state->virtio, deadline, NULL);
    return !status && state->result != RESULT_OK ? ERR_DEVICE : status;
}

static enum status request(const struct device *device, uint32_t type, uint64_t sector, void *in,
                           const void *out, size_t size)
{
    struct virtio_block_state *state = device->state;
    uint64_t deadline;
    enum status status = claim_acquire(&state->claim, BLOCK_PATIENCE, &deadline);

    if (status)
        return status;
    state->header = (struct virtio_block_header){.type = type, .sector = sector};
    if (out)
        memcpy(state->data, out, size);
    status = perform(device, size, deadline);
    if (!status && in)
        memcpy(in, state->data, size);
    claim_release(&state->claim, deadline);
    return status;
}

static enum status virtio_block_read(const struct device *device, uint64_t sector, void *data,
                                     size_t count)
{
    const struct virtio_block_state *state = device->state;

    if (!block_is_within(state->sectors, sector, count))
        return ERR_INVALID;
    return request(device, TYPE_IN, sector, data, NULL, count * BLOCK_SECTOR);
}

static enum status virtio_block_write(const struct device *device, uint64_t sector,
                                      const void *data, size_t count)
{
    const struct virtio_block_state *state = device->state;

    if (!block_is_within(state->sectors, sector, count))
        return ERR_INVALID;
    if (state->virtio.features & FEATURE_READ_ONLY)
        return ERR_DENIED;
    return request(device, TYPE_OUT, sector, NULL, data, count * BLOCK_SECTOR);
}

/* A device without that feature has written when it answers (5.2.6.2). */
static enum status virtio_block_flush(const struct device *device)
{
    const struct virtio_block_state *state = device->state;

    return state->virtio.features & FEATURE_FLUSH ? request(device, TYPE_FLUSH, 0, NULL, NULL, 0)
                                                  : OK;
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
