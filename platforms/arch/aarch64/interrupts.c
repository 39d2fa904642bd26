/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking and waiting. Only IRQ is masked and unmasked: FIQ stays masked for good, system errors
 * stay unmasked.
 */
#include "aarch64.h"
#include "fault_decode.h"

#include <kernel/arch.h>

enum {
    DAIF_IRQ_MASKED = 1 << 7,
    SPSEL_HANDLER = 1, /* on SP_EL1; PSTATE.SP has the same bit */
};

bool arch_interrupts_disable(void)
{
    bool enabled = !(READ_SYSTEM_REGISTER(daif) & DAIF_IRQ_MASKED);
    __asm__ volatile("msr daifset, #2" : : : "memory");
    return enabled;
}

void arch_interrupts_restore(bool enabled)
{
    if (enabled)
        __asm__ volatile("msr daifclr, #2" : : : "memory");
}

void arch_idle(void)
{
    completion_barrier(); /* nothing of ours is on its way while we sleep */
    __asm__ volatile("wfi" : : : "memory");
}

bool arch_in_interrupt(void)
{
    if (aarch64_fault) /* we are its handler; what counts is whom it interrupted */
        return aarch64_fault->pstate & SPSEL_HANDLER;
    return READ_SYSTEM_REGISTER(spsel) & SPSEL_HANDLER;
}

noreturn void arch_halt(void)
{
    __asm__ volatile("msr daifset, #15" : : : "memory");
    for (;;)
        __asm__ volatile("wfi" : : : "memory");
}
