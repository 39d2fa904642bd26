/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a driver and a virtio device share (Virtual I/O Device, version 1.2): a split queue (2.7),
 * the registers of the memory-mapped transport (4.2.2). All of it is little-endian, as are the CPUs
 * that this runs on.
 */
#ifndef KERNEL_VIRTIO_LAYOUT_H
#define KERNEL_VIRTIO_LAYOUT_H

#include <stdint.h>

enum {
    VIRTIO_MAGIC_VALUE = 0x000,
    VIRTIO_VERSION = 0x004,
    VIRTIO_DEVICE_ID = 0x008,
    VIRTIO_DEVICE_FEATURES = 0x010,
    VIRTIO_DEVICE_FEATURES_SELECT = 0x014,
    VIRTIO_DRIVER_FEATURES = 0x020,
    VIRTIO_DRIVER_FEATURES_SELECT = 0x024,
    VIRTIO_QUEUE_SELECT = 0x030,
    VIRTIO_QUEUE_SIZE_MAX = 0x034,
    VIRTIO_QUEUE_SIZE = 0x038,
    VIRTIO_QUEUE_READY = 0x044,
    VIRTIO_QUEUE_NOTIFY = 0x050,
    VIRTIO_INTERRUPT_STATUS = 0x060,
    VIRTIO_INTERRUPT_ACKNOWLEDGE = 0x064,
    VIRTIO_STATUS = 0x070,
    VIRTIO_QUEUE_DESCRIPTORS = 0x080, /* low half, then high */
    VIRTIO_QUEUE_AVAILABLE = 0x090,
    VIRTIO_QUEUE_USED = 0x0a0,
    VIRTIO_CONFIGURATION = 0x100, /* what it has is each kind of device's own */

    VIRTIO_MAGIC = 0x74726976,
    VIRTIO_VERSION_1 = 2, /* of the transport: that of virtio 1.0 and later */
    VIRTIO_NO_DEVICE = 0,
    VIRTIO_BLOCK_DEVICE = 2,
    VIRTIO_ENTROPY_DEVICE = 4,

    VIRTIO_STATUS_ACKNOWLEDGE = 1,
    VIRTIO_STATUS_DRIVER = 2,
    VIRTIO_STATUS_DRIVER_OK = 4,
    VIRTIO_STATUS_FEATURES_OK = 8,
    VIRTIO_STATUS_FAILED = 128,
};

/* The one feature that every device of virtio 1 has, as a bit of the second word; those of the
 * first are each kind's own. */
enum { VIRTIO_WORD1_VERSION_1 = 1 << 0 };

struct virtio_descriptor {
    uint64_t address;
    uint32_t length; /* bytes */
    uint16_t flags;
    uint16_t next;
};
enum { VIRTIO_DESCRIPTOR_NEXT = 1, VIRTIO_DESCRIPTOR_WRITE = 2 /* the device writes there */ };

enum { VIRTIO_QUEUE = 4 }; /* descriptors; a power of two; a request has three at the most */

struct virtio_available {
    uint16_t flags;
    uint16_t index; /* of the next entry, modulo 2^16 */
    uint16_t ring[VIRTIO_QUEUE];
    uint16_t used_event;
};

struct virtio_used {
    uint16_t flags;
    uint16_t index;
    struct {
        uint32_t id, length;
    } ring[VIRTIO_QUEUE];
    uint16_t available_event;
};

_Static_assert(sizeof(struct virtio_descriptor) == 16, "2.7.5");
_Static_assert(sizeof(struct virtio_available) == 6 + 2 * VIRTIO_QUEUE, "2.7.6");
_Static_assert(sizeof(struct virtio_used) == 8 + 8 * VIRTIO_QUEUE, "2.7.8, with its padding");

#endif
