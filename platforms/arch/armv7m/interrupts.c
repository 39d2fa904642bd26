/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Sleeping and the way from a vector to the kernel; arch_interrupts.h has the mask.
 *
 * All interrupts have one priority, so handlers do not nest, and the interrupt stack holds one.
 */
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/interrupt.h>
#include <kernel/task.h>
#include <platforms/arch/armv7m/armv7m.h>

void arch_idle(void)
{
    __asm__ volatile("dsb\n\twfi\n\tisb" ::: "memory");
}

void arch_halt(void)
{
    (void)arch_interrupts_disable();
    for (;;)
        arch_idle();
}

/* The timer is an exception of the core, not an interrupt of the NVIC, so no route leads to it. */
void interrupt_entry(void)
{
    if (armv7m_exception() == EXCEPTION_SYSTICK)
        board.timer->driver->interrupt(board.timer);
    else
        interrupt_handle();
    if (CONFIG_PREEMPTION && task_preemption_is_due())
        SCB_ICSR = ICSR_PENDSVSET; /* comes next, as it has no other priority */
}
