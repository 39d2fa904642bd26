/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lock: what guards kernel data that tasks and interrupts change. While one core runs the kernel,
 * masking its interrupts is all that it takes, and `held` only tells a debugger who is inside; more
 * cores have to spin on it here and nowhere else. Locks don't nest in themselves, and nothing parks
 * with one held unless it says so. Any context.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include <kernel/arch.h>
#include <stdbool.h>

struct lock {
    bool held;
};

/* Returns whether interrupts were enabled, for lock_release. */
static inline bool lock_acquire(struct lock *lock)
{
    bool enabled = arch_interrupts_disable();
    lock->held = true;
    return enabled;
}

static inline void lock_release(struct lock *lock, bool enabled)
{
    lock->held = false;
    arch_interrupts_restore(enabled);
}

#endif
