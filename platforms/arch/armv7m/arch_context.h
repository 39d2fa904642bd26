/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a parked task has besides its stack on a Cortex-M. context.S knows the offsets of
 * these words.
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdint.h>

struct arch_context {
    uint32_t stack_pointer; /* PSP; the callee-saved registers lie there */
    uint32_t guard;         /* protection context: PMSAv7 RBAR of the stack's guard */
#if __ARM_ARCH >= 8
    /* PMSAv8: `guard` is RLAR of the region below it, this RBAR of that above. */
    uint32_t guard_end;
    uint32_t stack_limit; /* PSPLIM */
#endif
};

/* Nothing is kept of a context elsewhere. */
static inline void arch_context_end(struct arch_context *context)
{
    (void)context;
}

enum { ARCH_SWITCHES_IN_LINE = 0 };
void arch_context_switch_in_line(struct arch_context *from, struct arch_context *to);

#endif
