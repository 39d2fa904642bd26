/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Disk of a virtual machine: a virtio block device (Virtual I/O Device, version 1.2, 5.2) at a
 * memory-mapped transport (4.2), not a legacy one. Where the transport has no device, or one that
 * is no disk, there is no medium.
 */
#ifndef VIRTIO_BLOCK_H
#define VIRTIO_BLOCK_H

#include "virtio_layout.h"

#include <kernel/block.h>
#include <kernel/event.h>
#include <stdatomic.h>
#include <virtio_block_config.h>

struct virtio_block_state {
    struct block_claim claim;
    struct event answered;
    uint64_t sectors;
    bool read_only, has_flush;

    /* What the device reads and writes: in RAM that it sees at the addresses that we do. */
    _Alignas(16) struct virtio_descriptor descriptors[VIRTIO_QUEUE];
    _Alignas(4) struct virtio_available available;
    _Alignas(4) struct virtio_used used;
    struct virtio_block_header header;
    uint8_t data[BLOCK_SECTORS_MAX * BLOCK_SECTOR];
    uint8_t result;
};

extern const struct driver virtio_block_driver;

#endif
