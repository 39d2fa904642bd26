/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Source of random bytes of a virtual machine: a virtio entropy device (Virtual I/O Device, version
 * 1.2, 5.4), which hands on what the machine around it has. Where the transport has no device there
 * is no source.
 */
#ifndef VIRTIO_RNG_H
#define VIRTIO_RNG_H

#include <kernel/claim.h>
#include <kernel/virtio.h>
#include <virtio_rng_config.h>

struct virtio_rng_state {
    struct claim claim;
    uint64_t deadline; /* of the claim */
    struct virtio virtio;
    uint64_t words[8]; /* what the device has given */
    size_t left;       /* of them that were not taken yet */
};

extern const struct driver virtio_rng_driver;

#endif
