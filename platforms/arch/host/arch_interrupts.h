/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, in line: each switch and each lock does it. The mask is a flag of each core, which its
 * signal handler looks at (interrupts.c).
 */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include <stdatomic.h>
#include <stdbool.h>

/* What a core's signal handler and its other code share. All of it is interrupts.c's. An int is
 * what <signal.h> calls sig_atomic_t, but that header brings all of a Unix with it. */
struct host_mask {
    volatile int enabled;
    volatile int in_interrupt;
    volatile int any;   /* an interrupt is pending, or was until it was looked for */
    volatile int taken; /* one was, since the last look whether to preempt the task */
};

extern struct host_mask host_masks[CONFIG_CORES];

unsigned arch_core(void);

/* Takes what is pending, which may find that the running task has overrun its limit. */
void host_catch_up(void);

inline struct host_mask *host_mask(void)
{
    return &host_masks[CONFIG_CORES > 1 ? arch_core() : 0];
}

inline bool arch_interrupts_disable(void)
{
    struct host_mask *mask = host_mask();
    bool enabled = mask->enabled;
    mask->enabled = 0;
    atomic_signal_fence(memory_order_seq_cst);
    return enabled;
}

/* Two looks at memory as a rule: a signal before the second is seen by it, and the handler of one
 * after it does all there is to do. */
inline void arch_interrupts_restore(bool enabled)
{
    atomic_signal_fence(memory_order_seq_cst);
    if (!enabled)
        return;
    struct host_mask *mask = host_mask();
    mask->enabled = 1;
    atomic_signal_fence(memory_order_seq_cst);
    if (mask->any || mask->taken)
        host_catch_up();
}

inline bool arch_in_interrupt(void)
{
    return host_mask()->in_interrupt;
}

#endif
