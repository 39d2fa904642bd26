/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults: from the vectors to the kernel's report, and the ways to provoke one.
 */
#include "aarch64.h"
#include "arch_semihosting.h"
#include "fault_decode.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/core.h>
#include <kernel/panic.h>
#include <kernel/provoke.h>
#include <kernel/task.h>

enum { SEMIHOSTING_ERRNO = 0x13, INSTRUCTION_SIZE = 4, RETURN_INSTRUCTION = 0xd65f03c0 };

/* PSTATE as SPSR_EL1 has it (Arm ARM DDI 0487, C5.2.20). */
enum {
    PSTATE_HANDLER = 1 << 0, /* on SP_EL1 */
    PSTATE_EL1 = 1 << 2,
    PSTATE_IRQ_MASKED = 1 << 7,
    PSTATE_MASKS = 15 << 6,
};

const struct fault_frame *aarch64_fault[CONFIG_CORES];

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

/* Lets the task go on at task_fault, on the top of its stack, with a floating-point unit as new. */
static void end_task(struct fault_frame *frame, const struct stack *stack)
{
    frame->pc = (uintptr_t)task_fault;
    frame->sp = ((uintptr_t)stack->base + stack->size) & ~(uintptr_t)15;
    frame->pstate = (frame->pstate & PSTATE_MASKS) | PSTATE_EL1;
    frame->x[29] = frame->x[30] = 0;
    WRITE_SYSTEM_REGISTER(fpcr, 0);
    if (aarch64_has_sme)
        WRITE_SYSTEM_REGISTER(S3_3_C4_C2_2, 0); /* SVCR: neither streaming mode nor ZA */
    aarch64_fault[core_current()] = NULL;
}

void fault_handle(struct fault_frame *frame, enum vector vector)
{
    static const char *const asynchronous[] = {
        [VECTOR_IRQ] = "interrupt within an interrupt",
        [VECTOR_FIQ] = "fast interrupt, as a watchdog raises",
        [VECTOR_SYSTEM_ERROR] = "system error",
    };
    struct fault fault;

    aarch64_fault[core_current()] = frame;
    if (vector == VECTOR_SYNCHRONOUS) {
        if (recover_firmware_call(frame)) {
            aarch64_fault[core_current()] = NULL;
            return;
        }
        fault_decode(frame, &fault);
        if (fault.access && guard_reached(fault.address))
            fault.cause = "stack overflow";
    } else {
        fault = (struct fault){
            .cause = asynchronous[vector], .pc = (uintptr_t)frame->pc, .registers = frame};
    }
    fault.fatal =
        vector != VECTOR_SYNCHRONOUS || (frame->pstate & (PSTATE_HANDLER | PSTATE_IRQ_MASKED)) != 0;
    end_task(frame, fault_report(&fault));
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

void arch_provoke_fault(enum arch_fault_kind kind)
{
    static uint32_t data[] = {RETURN_INSTRUCTION};

    provoke_fault(kind, data);
}
