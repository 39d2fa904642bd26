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

bool arch_in_interrupt(void);

#endif
