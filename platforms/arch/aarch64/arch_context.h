/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a parked task's registers need besides its stack: everything else lies there, below `sp`,
 * in the order that context.S keeps.
 */
#ifndef AARCH64_ARCH_CONTEXT_H
#define AARCH64_ARCH_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

/* All zero for the boot context, whose stack is boot_stacks[]. */
struct arch_context {
    uint64_t sp;       /* offset 0: context.S relies on it */
    uintptr_t stack;   /* lowest address, its guard included */
    size_t stack_size; /* bytes, guard included */
};

_Static_assert(offsetof(struct arch_context, sp) == 0, "context.S");

/* Nothing is kept of a context elsewhere. */
static inline void arch_context_end(struct arch_context *context)
{
    (void)context;
}

enum { ARCH_SWITCHES_IN_LINE = 0 };
void arch_context_switch_in_line(struct arch_context *from, struct arch_context *to);

#endif
