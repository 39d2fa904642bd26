/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, in line: each switch and each lock does it. Masking is PRIMASK, not BASEPRI: it is one
 * instruction without a barrier, and WFI wakes on an interrupt that PRIMASK holds back, but not on
 * one that BASEPRI does (Armv7-M ARM, B1.5.19), which idling depends on. Its price is that a fault
 * within a masked section arrives as HardFault; fault.c sees the same cause behind it.
 */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the fault that is being reported came in a handler; the report itself runs in thread
 * mode. */
extern bool fault_in_handler;

__attribute__((always_inline)) static inline bool arch_interrupts_disable(void)
{
    uint32_t masked;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(masked)::"memory");
    return masked == 0;
}

__attribute__((always_inline)) static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("cpsie i\n\tisb" ::: "memory");
}

__attribute__((always_inline)) static inline bool arch_in_interrupt(void)
{
    uint32_t exception;
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    return exception != 0 || fault_in_handler;
}

#endif
