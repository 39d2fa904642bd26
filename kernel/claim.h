/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Claim: for drivers of devices that do one request at a time, whose request theirs is at. It ends
 * by itself when the request's time is up, so that a task that ended in the middle of it takes
 * nothing with it.
 */
#ifndef KERNEL_CLAIM_H
#define KERNEL_CLAIM_H

#include <kernel/lock.h>
#include <kernel/status.h>
#include <stdint.h>

/* All zero at first. */
struct claim {
    struct lock lock;
    uint64_t until; /* ns since entry; 0: nobody's */
};

/* Takes the device for a request that ends at *deadline, `patience` ns from now; ERR_BUSY if it is
 * somebody's. Task context. */
enum status claim_acquire(struct claim *claim, uint64_t patience, uint64_t *deadline);

/* Gives it back, unless the claim with that deadline has run out and is another's. Task context. */
void claim_release(struct claim *claim, uint64_t deadline);

#endif
