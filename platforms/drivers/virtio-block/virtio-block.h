/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Disk of a virtual machine: a virtio block device (kernel/virtio.h). Where the transport has no
 * device, or one that is no disk, there is no medium.
 */
#ifndef VIRTIO_BLOCK_H
#define VIRTIO_BLOCK_H

#include <kernel/block.h>
#include <kernel/claim.h>
#include <kernel/virtio.h>
#include <virtio_block_config.h>

/* What a request begins with (5.2.6). */
struct virtio_block_header {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};
_Static_assert(sizeof(struct virtio_block_header) == 16, "5.2.6");

struct virtio_block_state {
    struct claim claim;
    uint64_t sectors;
    struct virtio virtio;
    struct virtio_block_header header;
    uint8_t data[BLOCK_SECTORS_MAX * BLOCK_SECTOR];
    uint8_t result;
};

extern const struct driver virtio_block_driver;

#endif
