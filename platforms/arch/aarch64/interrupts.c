/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Waiting, and the way from a vector to the kernel; arch_interrupts.h has the mask. FIQ stays
 * masked for good, or unmasked once a watchdog uses it; system errors stay unmasked.
 */
#include "aarch64.h"
#include "fault_decode.h"

#include <kernel/arch.h>
#include <kernel/core.h>
#include <kernel/interrupt.h>
#include <kernel/task.h>

enum {
    DAIF_IRQ_MASKED = 1 << 7,
    SPSEL_HANDLER = 1, /* on SP_EL1; PSTATE.SP has the same bit */
};

void arch_idle(void)
{
    completion_barrier(); /* nothing of ours is on its way while we sleep */
    __asm__ volatile("wfi" : : : "memory");
}

bool aarch64_fault_in_handler(void)
{
    return aarch64_fault[core_current()]->pstate & SPSEL_HANDLER;
}

static const struct interrupt_record *interrupted[CONFIG_CORES];

unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit)
{
    const struct interrupt_record *record = interrupted[core_current()];
    return record ? stack_walk((uintptr_t)record, addresses, limit) : 0;
}

void aarch64_interrupt(struct interrupt_record *record)
{
    interrupted[core_current()] = record;
    interrupt_handle();
    interrupted[core_current()] = NULL;
    if (CONFIG_PREEMPTION && task_preemption_is_due()) {
        record->preempted_pc = record->pc;
        record->preempted_pstate = record->pstate;
        record->pc = (uintptr_t)preempt_entry;
        record->pstate |= DAIF_IRQ_MASKED;
    }
}

void arch_memory_settle(const void *start, size_t size)
{
    const size_t line = (size_t)4 << (READ_SYSTEM_REGISTER(ctr_el0) >> 16 & 15); /* DminLine */
    const uintptr_t end = (uintptr_t)start + size;
    for (uintptr_t at = (uintptr_t)start & ~(line - 1); at < end; at += line)
        __asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
    completion_barrier();
}

noreturn void arch_halt(void)
{
    __asm__ volatile("msr daifset, #15" : : : "memory");
    for (;;)
        __asm__ volatile("wfi" : : : "memory");
}
