/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a new task begins with, for the first switch to it (context.S).
 */
#include <platforms/arch/armv7m/mpu.h>

#include <kernel/arch.h>

/* What is left in arch_context_init for the first pop of context.S; a task asks nothing of the
 * registers that are not set. */
struct initial_frame {
#ifdef __ARM_FP
    uint32_t r2, fpscr;
    uint64_t d8_to_d15[8];
#endif
    uint32_t r3, entry, argument, r6_to_r11[6], lr;
};
_Static_assert(sizeof(struct initial_frame) % 8 == 0, "AAPCS32 6.2.1.2: sp is a multiple of 8");
_Static_assert(offsetof(struct arch_context, stack_pointer) == 0, "context.S knows this");

/* From context.S. */
void context_begin(void);

#ifdef __ARM_FP
/* What a new floating-point context has in FPSCR (Armv8-M ARM, register FPDSCR). On a core with MVE
 * its LTPSIZE is 4; with 0 the loops that GCC makes of DLS and LE end in a UsageFault (INVSTATE).
 */
static uint32_t default_fpscr(void)
{
    return *(volatile const uint32_t *)0xe000ef3c;
}
#endif

void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument)
{
    uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)7;
    struct initial_frame *frame = (struct initial_frame *)(top - sizeof(*frame));
#ifdef __ARM_FP
    frame->fpscr = default_fpscr();
#endif
    frame->entry = (uint32_t)(uintptr_t)entry;
    frame->argument = (uint32_t)(uintptr_t)argument;
    frame->lr = (uint32_t)(uintptr_t)context_begin;
    context->stack_pointer = (uint32_t)(uintptr_t)frame;
    mpu_guard_set(context, (uintptr_t)stack);
}
