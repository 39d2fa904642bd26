/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults on purpose, to see the protection at work: wrong accesses that the compiler must not see
 * through, for architectures on which any address may be tried.
 */
#ifndef KERNEL_PROVOKE_H
#define KERNEL_PROVOKE_H

#include <kernel/arch.h>

/* Hides where `address` comes from, so that the compiler cannot see what is wrong with it. */
static inline uintptr_t opaque(uintptr_t address)
{
    __asm__ volatile("" : "+r"(address));
    return address;
}

/* Uses up the stack, a piece at a time that no guard can miss. */
__attribute__((noinline)) static unsigned overflow_stack(unsigned depth)
{
    volatile unsigned piece[64];

    piece[depth % 64] = depth;
    if (opaque(depth) == UINT32_MAX)
        return depth;
    return overflow_stack(depth + 1) + piece[depth % 64];
}

/* Provokes the fault; `returning` is data that would be code to return at once. For the body of
 * arch_provoke_fault, inline so that the fault is in that function. Returns only if the protection
 * does not work. Task context. */
static inline void provoke_fault(enum arch_fault_kind kind, void *returning)
{
    const uintptr_t code = (uintptr_t)arch_provoke_fault & ~(uintptr_t)(sizeof(uint32_t) - 1);

    switch (kind) {
    case FAULT_NULL:
        *(volatile uint32_t *)opaque(0) = 0;
        break;
    case FAULT_WRITE_CODE:
        *(volatile uint32_t *)opaque(code) = 0;
        break;
    case FAULT_EXECUTE_DATA:
        ((void (*)(void))opaque((uintptr_t)returning))();
        break;
    case FAULT_STACK_OVERFLOW:
        overflow_stack(0);
        break;
    }
}

#endif
