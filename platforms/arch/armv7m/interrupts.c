/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, sleeping and the way from a vector to the kernel. Masking is PRIMASK, not BASEPRI: it is
 * one instruction without a barrier, and WFI wakes on an interrupt that PRIMASK holds back, but not
 * on one that BASEPRI does (Armv7-M ARM, B1.5.19), which idling depends on. Its price is that a
 * fault within a masked section arrives as HardFault; fault.c sees the same cause behind it.
 *
 * All interrupts have one priority, so handlers do not nest, and the interrupt stack holds one.
 */
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/interrupt.h>
#include <kernel/task.h>
#include <platforms/arch/armv7m/armv7m.h>

bool arch_interrupts_disable(void)
{
    uint32_t masked;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(masked)::"memory");
    return masked == 0;
}

void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("cpsie i\n\tisb" ::: "memory");
}

void arch_idle(void)
{
    __asm__ volatile("dsb\n\twfi\n\tisb" ::: "memory");
}

bool arch_in_interrupt(void)
{
    return armv7m_exception() != 0 || fault_in_handler;
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
    if (CONFIG_HARMONY && task_preemption_is_due())
        SCB_ICSR = ICSR_PENDSVSET; /* comes next, as it has no other priority */
}
