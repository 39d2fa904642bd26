/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Cores: each runs its own scheduler over its own tasks (task.h) and its own alarms (clock.h),
 * which no other core touches. What one core wants of another's task it puts into that core's inbox
 * and interrupts it; the rest of the kernel's data has locks (lock.h). Devices interrupt core 0,
 * but for the timer, of which each core has its own.
 *
 *        core_start_all (core 0)          core_main
 *   off ------------------------> starting ---------> up, until core_stop_others
 */
#ifndef KERNEL_CORE_H
#define KERNEL_CORE_H

#include <kernel/arch.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* The core that this runs on. Any context. */
static inline unsigned core_current(void)
{
    return CONFIG_CORES > 1 ? arch_core() : 0;
}

/* Which cores schedule: bit n is core n's. Any context. */
unsigned core_mask(void);

/* Whether the core schedules. Core 0 always does. Any context. */
static inline bool core_is_up(unsigned core)
{
    return CONFIG_CORES > 1 ? core < CONFIG_CORES && (core_mask() >> core & 1) : core == 0;
}

/* Starts the cores below CONFIG_CORES, one after the other; one that doesn't come up is logged and
 * left. Boot context, devices up. */
void core_start_all(void);

/* Where the architecture enters with each core but the first: on boot_stacks[core], with interrupts
 * masked and memory protection on. */
noreturn void core_main(void);

/* The interrupt of arch_core_signal: somebody put something into this core's inbox, or stops it.
 * Interrupt context. */
void core_interrupt(void);

/* Whether another core has stopped this one. Any context. */
bool core_is_stopped(void);

/* How often another core interrupted `core`; for the shell's `irq`. Any context. */
uint32_t core_signal_count(unsigned core);

/* Halts every other core, for good; what they hold stays held. Returns false if another core did
 * that first: then this one is to halt. Any context. */
bool core_stop_others(void);

/* Where others put what they have for a core: a list that any number of cores add to and that the
 * core takes as a whole. All zero is an empty one. */
struct inbox_item {
    struct inbox_item *next;
};

struct inbox {
    _Atomic(struct inbox_item *) newest;
};

/* Adds an item, borrowed until it is taken. What the caller wrote before is seen by who takes it.
 * Any context. */
static inline void inbox_put(struct inbox *inbox, struct inbox_item *item)
{
    item->next = atomic_load_explicit(&inbox->newest, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&inbox->newest, &item->next, item,
                                                  memory_order_release, memory_order_relaxed))
        continue;
}

/* Takes all items, the one that was put first first; NULL if there are none. Any context. */
static inline struct inbox_item *inbox_take(struct inbox *inbox)
{
    struct inbox_item *item = atomic_exchange_explicit(&inbox->newest, NULL, memory_order_acquire);
    struct inbox_item *oldest = NULL;
    while (item) {
        struct inbox_item *next = item->next;
        item->next = oldest;
        oldest = item;
        item = next;
    }
    return oldest;
}

#endif
