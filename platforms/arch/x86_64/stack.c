/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The stacks that code of this core may be on: the running task's (the boot stack before the
 * first), the interrupt stack and the two of the fault handler. First frames, backtraces, guards.
 *
 * A backtrace follows the frame records {caller's rbp, return address} that rbp points to (System V
 * ABI, 3.2.2) and reads a record only where it lies in one of these stacks, above its guard.
 */
#include "fault_decode.h"
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/panic.h>
#include <kernel/stack.h>
#include <string.h>

/* What arch_context_switch keeps on the stack of a parked task. */
struct context_frame {
    uint64_t continues; /* at context_continue */
    uint32_t mxcsr;
    uint32_t x87_control;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    uint64_t return_address;
};

_Static_assert(sizeof(struct context_frame) == 72, "context.S");

enum {
    INITIAL_MXCSR = 0x1f80,
    INITIAL_X87_CONTROL = 0x37f,
    CALL = 0xe8, /* with a distance of 32 bits */
    CALL_SIZE = 5,
    PUSH_RBP = 0x55,   /* how a function with a frame begins */
    LEAF_LIMIT = 4096, /* bytes: a leaf function without stack is shorter */
};

extern uint8_t __code_start[], __code_end[];

void arch_context_init(struct arch_context *context, void *stack, size_t size,
                       void (*entry)(void *argument), void *argument)
{
    uintptr_t top = ((uintptr_t)stack + size) & ~(uintptr_t)15;
    struct context_frame *frame = (struct context_frame *)top - 1;

    *frame = (struct context_frame){
        .continues = (uintptr_t)context_continue,
        .mxcsr = INITIAL_MXCSR,
        .x87_control = INITIAL_X87_CONTROL,
        .r12 = (uintptr_t)argument,
        .rbx = (uintptr_t)entry,
        .return_address = (uintptr_t)context_start,
    };
    context->sp = (uintptr_t)frame;
    context->stack = (uintptr_t)stack;
    context->stack_size = size;
}

static bool is_code(uintptr_t address)
{
    return address - (uintptr_t)__code_start < (size_t)(__code_end - __code_start);
}

/* The stacks in use, each with its guard; the fault handler's have none. */
static struct stacks stacks_in_use(void)
{
    const unsigned core = core_current();
    const struct arch_context *running = x86_64_running[core];
    struct stacks stacks =
        stacks_of_core(core, running ? running->stack : 0, running ? running->stack_size : 0);

    stacks.all[stacks.count++] = (struct stack){x86_64_fault_stack[core], FAULT_STACK_SIZE, 0};
    stacks.all[stacks.count++] = (struct stack){x86_64_last_stack[core], FAULT_STACK_SIZE, 0};
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

/* True if the code at `pc` has made no frame record, so that its return address is still on top of
 * the stack: it isn't code at all, it has just been called, or it is a leaf function that needs no
 * stack, which GCC gives no frame whatever its options say. `return_address` is what is on top: the
 * call before it must lead to where `pc` is. */
static bool has_no_record(uintptr_t pc, uintptr_t return_address)
{
    const uint8_t *start, *after = (const uint8_t *)return_address;
    int32_t distance;

    if (!is_code(pc))
        return true;
    if (!is_code(return_address - CALL_SIZE) || after[-CALL_SIZE] != CALL)
        return false;
    memcpy(&distance, after - sizeof distance, sizeof distance);
    start = after + distance;
    if (!is_code((uintptr_t)start) || pc - (uintptr_t)start >= LEAF_LIMIT)
        return false;
    return pc == (uintptr_t)start || *start != PUSH_RBP;
}

unsigned arch_fault_backtrace(const struct fault *fault, uintptr_t *addresses, unsigned limit)
{
    const struct fault_frame *frame = fault->registers;
    const struct stacks stacks = stacks_in_use();
    unsigned count = 0;

    if (limit && stacks_have(&stacks, frame->rsp, sizeof(uintptr_t))) {
        uintptr_t top = *(const uintptr_t *)frame->rsp;
        if (has_no_record(frame->rip, top))
            addresses[count++] = top;
    }
    return stacks_walk(&stacks, frame->rbp, addresses, count, limit);
}
