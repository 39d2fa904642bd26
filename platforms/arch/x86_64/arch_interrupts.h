/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, in line: each switch and each lock does it.
 */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

__attribute__((always_inline)) static inline bool arch_interrupts_disable(void)
{
    uint64_t flags;
    __asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags)::"memory");
    return flags >> 9 & 1; /* IF */
}

__attribute__((always_inline)) static inline void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("sti\n\tnop" ::: "memory"); /* taken after the instruction that follows */
}

/* The vector that each core handles; 0 if none. interrupts.c's. */
extern volatile unsigned x86_64_vector[CONFIG_CORES];

unsigned arch_core(void);

__attribute__((always_inline)) static inline bool arch_in_interrupt(void)
{
    return x86_64_vector[CONFIG_CORES > 1 ? arch_core() : 0] != 0;
}

#endif
