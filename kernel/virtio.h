/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Devices of virtual machines (Virtual I/O Device, version 1.2) at a memory-mapped transport (4.2),
 * not a legacy one: what drivers of each kind share. A device does one request at a time, in its
 * first queue; one that does not answer in time is reset, so that what it still does meets no other
 * request. It reads and writes RAM at the addresses that we use.
 */
#ifndef KERNEL_VIRTIO_H
#define KERNEL_VIRTIO_H

#include <kernel/device.h>
#include <kernel/event.h>
#include <kernel/virtio_layout.h>

/* A driver's state has it; all zero at first. */
struct virtio {
    const struct register_window *window; /* borrowed */
    uint32_t features;                    /* those of the first word that both know */
    bool is_there;                        /* the transport has a device */
    struct event answered;
    _Alignas(16) struct virtio_descriptor descriptors[VIRTIO_QUEUE];
    _Alignas(4) struct virtio_available available;
    _Alignas(4) struct virtio_used used;
};

/* Brings up the device behind `window` (3.1.1), which is to be of that kind: VIRTIO_…_DEVICE.
 * `features` are the bits of the first word that the driver knows. OK also where the transport has
 * no device. ERR_NOT_FOUND: there is no transport; ERR_UNSUPPORTED: another kind or a legacy
 * device, which is logged under `name`; ERR_DEVICE: it doesn't do as it should. Boot context. */
enum status virtio_init(struct virtio *virtio, const char *name,
                        const struct register_window *window, unsigned kind, uint32_t features);

/* Describes a part of the next request, from index 0 on: `flags` are VIRTIO_DESCRIPTOR_…, and all
 * but the last have NEXT, after which index + 1 comes. `place` is borrowed until the request has
 * been performed, and must be of the driver's: a device that is late writes there still. */
void virtio_describe(struct virtio *virtio, unsigned index, const void *place, size_t length,
                     unsigned flags);

/* Has the device do the request that begins with descriptor 0. OK: it has answered, by writing
 * *written bytes (which may be NULL) as it says. ERR_TIMEOUT at `deadline` (ns since entry) and
 * ERR_CANCELLED reset it. Task context; the caller holds a claim (claim.h). */
enum status virtio_perform(struct virtio *virtio, uint64_t deadline, uint32_t *written);

/* A driver's interrupt is this. Interrupt context. */
void virtio_interrupt(struct virtio *virtio);

/* Reads the word at `offset` of the kind's own configuration (4.2.2). Any context. */
uint32_t virtio_configuration(const struct virtio *virtio, size_t offset);

#endif
