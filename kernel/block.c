/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See block.h.
 */
#include <kernel/block.h>

#include <kernel/clock.h>

enum status block_claim(struct block_claim *claim, uint64_t *deadline)
{
    uint64_t now = clock_now();
    bool enabled = lock_acquire(&claim->lock);
    bool free = claim->until <= now;
    if (free)
        *deadline = claim->until = now + BLOCK_PATIENCE * UINT64_C(1000000);
    lock_release(&claim->lock, enabled);
    return free ? OK : ERR_BUSY;
}

void block_unclaim(struct block_claim *claim, uint64_t deadline)
{
    bool enabled = lock_acquire(&claim->lock);
    if (claim->until == deadline)
        claim->until = 0;
    lock_release(&claim->lock, enabled);
}
