/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Waiting, and the way from a vector to the kernel.
 */
#include "lapic.h"
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/core.h>
#include <kernel/interrupt.h>
#include <kernel/task.h>

enum {
    FLAG_INTERRUPTS = 1 << 9,
    FLAG_DIRECTION = 1 << 10,
    RED_ZONE = 128, /* bytes below the stack pointer that libgcc uses (System V ABI, 3.2.2) */
};

volatile unsigned x86_64_vector[CONFIG_CORES];

/* No interrupt is taken between sti and hlt, so none can be slept through; the one that ends the
 * sleep is taken here already. */
void arch_idle(void)
{
    __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
}

unsigned x86_64_interrupt_vector(void)
{
    return x86_64_vector[core_current()];
}

static const struct interrupt_record *interrupted[CONFIG_CORES];

unsigned arch_interrupted_backtrace(uintptr_t *addresses, unsigned limit)
{
    const struct interrupt_record *record = interrupted[core_current()];
    return record ? stack_walk((uintptr_t)record, addresses, limit) : 0;
}

/* Lets the interrupt return to preempt_entry, with what it would have returned to on the task's
 * stack. */
static void preempt(struct interrupt_record *record)
{
    struct interrupt_record *kept =
        (struct interrupt_record *)((record->rsp - RED_ZONE) & ~(uint64_t)15) - 1;

    *kept = *record;
    record->rip = (uintptr_t)preempt_entry;
    record->rflags &= ~(uint64_t)(FLAG_INTERRUPTS | FLAG_DIRECTION);
    record->rsp = (uintptr_t)&kept->rip;
}

void x86_64_interrupt(unsigned vector, struct interrupt_record *record)
{
    if (vector >= X86_64_FIRST_IGNORED)
        return;
    const unsigned core = core_current();
    x86_64_vector[core] = vector;
    interrupted[core] = record;
    if (CONFIG_CORES > 1 && vector == X86_64_CORE_SIGNAL) {
        core_interrupt();
        lapic_end_interrupt();
    } else {
        interrupt_handle();
    }
    interrupted[core] = NULL;
    if (CONFIG_PREEMPTION && task_preemption_is_due())
        preempt(record);
    x86_64_vector[core] = 0;
}

void arch_memory_settle(const void *start, size_t size)
{
    (void)start;
    (void)size;
    __asm__ volatile("wbinvd" : : : "memory");
}

noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli\n\thlt" : : : "memory");
}
