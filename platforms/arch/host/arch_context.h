/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A parked task of the simulated board: its registers lie on its own stack. The bounds serve the
 * backtrace and the address sanitizer, which must be told of every change of stack. All zero is the
 * context of the kernel itself, which runs on boot_stacks[].
 */
#ifndef ARCH_CONTEXT_H
#define ARCH_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch_context {
    void *stack_pointer; /* while parked; context_switch.S knows it is the first member */
    uint8_t *stack;      /* NULL for boot_stacks[] */
    size_t stack_size;   /* bytes */
    void *fake_stack;    /* the address sanitizer's */
    bool ended;          /* it is switched away from once more */
};

static inline void arch_context_end(struct arch_context *context)
{
    context->ended = true;
}

#endif
