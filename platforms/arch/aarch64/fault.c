/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults: from the vectors to the kernel's report, and the ways to provoke one.
 */
#include "aarch64.h"
#include "arch_semihosting.h"
#include "fault_decode.h"

#include <kernel/arch.h>
#include <kernel/panic.h>

extern uint8_t __code_start[];

enum { SEMIHOSTING_ERRNO = 0x13, INSTRUCTION_SIZE = 4, RETURN_INSTRUCTION = 0xd65f03c0 };

const struct fault_frame *aarch64_fault;

/* True if the fault is a task's call into firmware that nothing answers; it then returns -1. A
 * handler's is a fault: it has left its stack by now. */
static bool recover_firmware_call(struct fault_frame *frame)
{
    uintptr_t pc = (uintptr_t)frame->pc;

    if (fault_class(frame->syndrome) != FAULT_CLASS_UNDEFINED || (frame->pstate & 1) ||
        pc < (uintptr_t)firmware_calls_start || pc >= (uintptr_t)firmware_calls_end)
        return false;
    frame->x[0] = UINT64_MAX;
    frame->pc += INSTRUCTION_SIZE;
    return true;
}

void fault_handle(struct fault_frame *frame, enum vector vector)
{
    static const char *const asynchronous[] = {
        [VECTOR_IRQ] = "interrupt within an interrupt",
        [VECTOR_FIQ] = "fast interrupt",
        [VECTOR_SYSTEM_ERROR] = "system error",
    };
    struct fault fault;

    aarch64_fault = frame;
    if (vector == VECTOR_SYNCHRONOUS) {
        if (recover_firmware_call(frame)) {
            aarch64_fault = NULL;
            return;
        }
        fault_decode(frame, &fault);
        if (fault.access && guard_reached(fault.address))
            fault.cause = "stack overflow";
    } else {
        fault = (struct fault){
            .cause = asynchronous[vector], .pc = (uintptr_t)frame->pc, .registers = frame};
    }
    fault_report(&fault);
}

void arch_fault_print_registers(const struct fault *fault)
{
    const struct fault_frame *frame = fault->registers;

    for (unsigned i = 0; i < 31; i++) {
        const char *lead = i % 4 == 0 ? "    " : " ";
        panic_printf("%sx%-2u 0x%016llx%s", lead, i, (unsigned long long)frame->x[i],
                     i % 4 == 3 ? "\n" : "");
    }
    panic_printf(" sp  0x%016llx\n", (unsigned long long)frame->sp);
    panic_printf("    pc 0x%016llx pstate 0x%08llx esr 0x%08llx far 0x%016llx\n",
                 (unsigned long long)frame->pc, (unsigned long long)frame->pstate,
                 (unsigned long long)frame->syndrome, (unsigned long long)frame->address);
}

bool arch_semihosting_probe(void)
{
    static const uint64_t no_parameters;

    return arch_semihosting_call(SEMIHOSTING_ERRNO, &no_parameters) != -1;
}

intptr_t arch_semihosting_call(uintptr_t operation, const void *parameters)
{
    return (intptr_t)firmware_semihosting(operation, parameters);
}

/* Hides where `address` comes from, so that the compiler cannot see what is wrong with it. */
static uintptr_t opaque(uintptr_t address)
{
    __asm__ volatile("" : "+r"(address));
    return address;
}

/* Uses up the stack, a piece at a time that no guard can miss. */
__attribute__((noinline)) static unsigned overflow_stack(unsigned depth)
{
    volatile unsigned piece[64];

    piece[depth % 64] = depth;
    if (opaque(depth) == UINT32_MAX)
        return depth;
    return overflow_stack(depth + 1) + piece[depth % 64];
}

void arch_provoke_fault(enum arch_fault_kind kind)
{
    static uint32_t data[] = {RETURN_INSTRUCTION};

    switch (kind) {
    case FAULT_NULL:
        *(volatile uint32_t *)opaque(0) = 0;
        break;
    case FAULT_WRITE_CODE:
        *(volatile uint32_t *)opaque((uintptr_t)__code_start) = 0;
        break;
    case FAULT_EXECUTE_DATA:
        ((void (*)(void))opaque((uintptr_t)data))();
        break;
    case FAULT_STACK_OVERFLOW:
        overflow_stack(0);
        break;
    }
}
