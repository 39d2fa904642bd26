/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lock: what guards kernel data that tasks, interrupts and other cores change. It masks this core's
 * interrupts and keeps the other cores out, who spin; with one core the mask is all that it takes.
 * Nothing parks with a lock held (task_wait lets go of it), and locks are only nested downwards:
 *
 *   registry, channel -> capability
 *   task -> channel -> event;  registry -> event;  page -> log -> event
 *
 * What lies below an event, the core's own queues and alarms, needs none: only their core touches
 * them, and others write to it (core.h). Heaps and tables of objects have one user each.
 */
#ifndef KERNEL_LOCK_H
#define KERNEL_LOCK_H

#include <kernel/arch.h>
#include <stdatomic.h>
#include <stdbool.h>

struct lock {
    atomic_bool held; /* by a core; unused where there is only one */
};

/* Takes the lock where interrupts are masked already, as with a lock held above it: nothing where
 * there is one core. Any context. */
static inline void lock_nest(struct lock *lock)
{
    if (CONFIG_CORES > 1)
        while (atomic_exchange_explicit(&lock->held, true, memory_order_acquire))
            while (atomic_load_explicit(&lock->held, memory_order_relaxed))
                arch_spin();
}

/* Lets go of the lock and leaves interrupts masked. */
static inline void lock_leave(struct lock *lock)
{
    if (CONFIG_CORES > 1)
        atomic_store_explicit(&lock->held, false, memory_order_release);
}

/* Takes the lock; it must not be this core's already. Returns whether interrupts were enabled, for
 * lock_release. Any context. */
static inline bool lock_acquire(struct lock *lock)
{
    bool enabled = arch_interrupts_disable();
    lock_nest(lock);
    return enabled;
}

/* Lets go of the lock, then enables interrupts if `enabled`. */
static inline void lock_release(struct lock *lock, bool enabled)
{
    lock_leave(lock);
    arch_interrupts_restore(enabled);
}

#endif
