/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, waiting, and the way from a vector to the kernel.
 */
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/interrupt.h>

enum { FLAG_INTERRUPTS = 1 << 9 };

static volatile unsigned current; /* vector being handled; 0 if none */

bool arch_interrupts_disable(void)
{
    uint64_t flags;

    __asm__ volatile("pushfq\n\tpopq %0\n\tcli" : "=r"(flags) : : "memory");
    return flags & FLAG_INTERRUPTS;
}

void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("sti\n\tnop"
                         :
                         :
                         : "memory"); /* taken after the instruction that follows */
}

/* No interrupt is taken between sti and hlt, so none can be slept through; the one that ends the
 * sleep is taken here already. */
void arch_idle(void)
{
    __asm__ volatile("sti\n\thlt\n\tcli" : : : "memory");
}

bool arch_in_interrupt(void)
{
    return current != 0;
}

unsigned x86_64_interrupt_vector(void)
{
    return current;
}

void x86_64_interrupt(unsigned vector)
{
    if (vector >= X86_64_FIRST_IGNORED)
        return;
    current = vector;
    interrupt_handle();
    current = 0;
}

noreturn void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli\n\thlt" : : : "memory");
}
