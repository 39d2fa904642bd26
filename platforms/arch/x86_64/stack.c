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
#include <kernel/panic.h>
#include <kernel/stack.h>
#include <string.h>

/* What arch_context_switch keeps on the stack of a parked task. */
struct context_frame {
    uint32_t mxcsr;
    uint32_t x87_control;
    uint64_t r15, r14, r13, r12, rbx, rbp;
    uint64_t return_address;
};

_Static_assert(sizeof(struct context_frame) == 64, "context.S");

struct frame_record {
    uintptr_t caller; /* its frame record */
    uintptr_t return_address;
};

enum {
    STACKS = 4,
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
static void stacks_in_use(struct stack stacks[STACKS])
{
    const struct arch_context *running = x86_64_running;

    stacks[0] = boot_stack;
    if (running && running->stack) {
        stacks[0].base = (uint8_t *)running->stack;
        stacks[0].size = running->stack_size;
    }
    stacks[1] = interrupt_stack;
    stacks[2] = (struct stack){x86_64_fault_stack, FAULT_STACK_SIZE, 0};
    stacks[3] = (struct stack){x86_64_last_stack, FAULT_STACK_SIZE, 0};
}

bool guard_reached(uintptr_t address)
{
    struct stack stacks[STACKS];

    stacks_in_use(stacks);
    for (unsigned i = 0; i < STACKS; i++) {
        if (stack_guard_has(&stacks[i], address))
            return true;
    }
    return false;
}

/* True if `size` bytes at `address` lie in one of the stacks. */
static bool is_readable(const struct stack stacks[STACKS], uintptr_t address, size_t size)
{
    if (address % sizeof(uintptr_t))
        return false;
    for (unsigned i = 0; i < STACKS; i++) {
        uintptr_t low = (uintptr_t)stacks[i].base + stacks[i].guard;
        uintptr_t high = (uintptr_t)stacks[i].base + stacks[i].size;
        if (address >= low && address <= high - size)
            return true;
    }
    return false;
}

/* Adds the return addresses from the record at `frame` on to the `count` there are. */
static unsigned walk(uintptr_t frame, uintptr_t *addresses, unsigned count, unsigned limit)
{
    struct stack stacks[STACKS];

    stacks_in_use(stacks);
    while (count < limit && is_readable(stacks, frame, sizeof(struct frame_record))) {
        const struct frame_record *record = (const struct frame_record *)frame;
        if (!record->return_address || record->caller == frame)
            break;
        addresses[count++] = record->return_address;
        frame = record->caller;
    }
    return count;
}

unsigned arch_backtrace(uintptr_t *addresses, unsigned limit)
{
    /* Read here: by the time walk runs, this function's own frame may be gone. */
    const struct frame_record *own = __builtin_frame_address(0);

    if (!limit)
        return 0;
    addresses[0] = own->return_address;
    return walk(own->caller, addresses, 1, limit);
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
    struct stack stacks[STACKS];
    unsigned count = 0;

    stacks_in_use(stacks);
    if (limit && is_readable(stacks, frame->rsp, sizeof(uintptr_t))) {
        uintptr_t top = *(const uintptr_t *)frame->rsp;
        if (has_no_record(frame->rip, top))
            addresses[count++] = top;
    }
    return walk(frame->rbp, addresses, count, limit);
}
