/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The stacks that code of this core may be on: the running task's (the boot stack before the
 * first), the interrupt stack and the fault stack. First frames, backtraces, guards.
 *
 * A backtrace follows the frame records {caller's x29, return address} that x29 heads (AAPCS64,
 * 6.4.6) and reads a record only where it lies in one of these stacks, above its guard.
 */
#include "aarch64.h"
#include "fault_decode.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/panic.h>
#include <kernel/stack.h>

/* What arch_context_switch keeps on the stack of a parked task. */
struct context_frame {
    uint64_t x19_to_x30[12];
    uint64_t d8_to_d15[8];
    uint64_t fpcr;
    uint64_t padding; /* sp stays a multiple of 16 */
};

_Static_assert(sizeof(struct context_frame) == 176, "context.S");

extern uint8_t __code_start[], __code_end[];

void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument)
{
    uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
    struct context_frame *frame = (struct context_frame *)top - 1;

    *frame = (struct context_frame){0};
    frame->x19_to_x30[0] = (uintptr_t)entry;
    frame->x19_to_x30[1] = (uintptr_t)argument;
    frame->x19_to_x30[11] = (uintptr_t)context_start;
    context->sp = (uintptr_t)frame;
    context->stack = (uintptr_t)stack;
    context->stack_size = size;
}

/* The stacks in use, each with its guard; the fault stack has none. */
static struct stacks stacks_in_use(void)
{
    const unsigned core = core_current();
    const struct arch_context *running = aarch64_running[core];
    struct stacks stacks =
        stacks_of_core(core, running ? running->stack : 0, running ? running->stack_size : 0);

    stacks.all[stacks.count++] = (struct stack){fault_stacks[core], FAULT_STACK_SIZE, 0};
    return stacks;
}

bool guard_reached(uintptr_t address)
{
    const struct stacks stacks = stacks_in_use();

    return stacks_guard_has(&stacks, address);
}

unsigned stack_walk(uintptr_t frame, uintptr_t *addresses, unsigned limit)
{
    const struct stacks stacks = stacks_in_use();

    return stacks_walk(&stacks, frame, addresses, 0, limit);
}

unsigned arch_backtrace(uintptr_t *addresses, unsigned limit)
{
    /* Read here: by the time stacks_walk runs, this function's own frame may be gone. */
    const struct frame_record *own = __builtin_frame_address(0);
    const struct stacks stacks = stacks_in_use();

    if (!limit)
        return 0;
    addresses[0] = own->return_address;
    return stacks_walk(&stacks, own->caller, addresses, 1, limit);
}

unsigned arch_fault_backtrace(const struct fault *fault, uintptr_t *addresses, unsigned limit)
{
    const struct fault_frame *frame = fault->registers;
    bool in_code = frame->pc - (uintptr_t)__code_start < (size_t)(__code_end - __code_start);
    const struct stacks stacks = stacks_in_use();
    unsigned count = 0;

    /* A jump to where no code is has made no frame record: its caller is in x30 only. */
    if (!in_code && count < limit)
        addresses[count++] = frame->x[30];
    return stacks_walk(&stacks, frame->x[29], addresses, count, limit);
}
