/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See claim.h.
 */
#include <kernel/claim.h>

#include <kernel/clock.h>

enum status claim_acquire(struct claim *claim, uint64_t patience, uint64_t *deadline)
{
    uint64_t now = clock_now();
    bool enabled = lock_acquire(&claim->lock);
    bool free = claim->until <= now;
    if (free)
        *deadline = claim->until = now + patience;
    lock_release(&claim->lock, enabled);
    return free ? OK : ERR_BUSY;
}

void claim_release(struct claim *claim, uint64_t deadline)
{
    bool enabled = lock_acquire(&claim->lock);
    if (claim->until == deadline)
        claim->until = 0;
    lock_release(&claim->lock, enabled);
}
