/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, in line: each switch and each lock does it. Only IRQ is masked and unmasked.
 */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

__attribute__((always_inline)) static inline bool arch_interrupts_disable(void)
{
    uint64_t daif;
    __asm__ volatile("mrs %0, daif\n\tmsr daifset, #2" : "=r"(daif)::"memory");
    return !(daif >> 7 & 1); /* PSTATE.I */
}

__attribute__((always_inline)) static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("msr daifclr, #2" ::: "memory");
}

/* The fault that each core handles; fault.c's. */
struct fault_frame;
extern const struct fault_frame *aarch64_fault[CONFIG_CORES];

unsigned arch_core(void);

/* Whether an interrupt handler ran where that fault came. */
bool aarch64_fault_in_handler(void);

__attribute__((always_inline)) static inline bool arch_in_interrupt(void)
{
    uint64_t stack;
    if (aarch64_fault[CONFIG_CORES > 1 ? arch_core() : 0]) /* what counts is whom it interrupted */
        return aarch64_fault_in_handler();
    __asm__ volatile("mrs %0, spsel" : "=r"(stack));
    return stack & 1; /* the handlers' own */
}

#endif
