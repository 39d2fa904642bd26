/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Backtraces by frame pointers, the same on x86-64 and arm64: a frame pointer leads to the caller's
 * frame pointer and, a word above, the return address.
 */
#include "host.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <stdbool.h>

#if defined(__x86_64__)

uintptr_t host_program_counter(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
}

uintptr_t host_frame_pointer(const ucontext_t *context)
{
    return (uintptr_t)context->uc_mcontext.gregs[REG_RBP];
}

#elif defined(__aarch64__)

uintptr_t host_program_counter(const ucontext_t *context)
{
    return context->uc_mcontext.pc;
}

uintptr_t host_frame_pointer(const ucontext_t *context)
{
    return context->uc_mcontext.regs[29];
}

#endif

static bool lies_in(struct host_stack stack, uintptr_t frame)
{
    return frame >= (uintptr_t)stack.base &&
           frame - (uintptr_t)stack.base <= stack.size - 2 * sizeof(uintptr_t) &&
           frame % sizeof(uintptr_t) == 0;
}

/* Not instrumented: it reads between the red zones of others' frames. */
__attribute__((no_sanitize("address"))) unsigned host_unwind(uintptr_t frame, uintptr_t *addresses,
                                                             unsigned limit)
{
    const struct stack *signals = &interrupt_stacks[core_current()];
    const struct host_stack interrupts = {signals->base, signals->size};
    struct host_stack stack = lies_in(interrupts, frame) ? interrupts : host_current_stack();

    unsigned count = 0;
    while (count < limit && lies_in(stack, frame)) {
        const uintptr_t *words = (const uintptr_t *)frame;
        uintptr_t caller = words[0];
        if (!words[1])
            break;
        addresses[count++] = words[1];
        if (caller <= frame) /* stacks grow down: a caller lies above */
            break;
        frame = caller;
    }
    return count;
}

unsigned arch_backtrace(uintptr_t *addresses, unsigned limit)
{
    return host_unwind((uintptr_t)__builtin_frame_address(0), addresses, limit);
}
