/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults: from the vectors to the kernel's report, and the ways to provoke one.
 */
#include "fault_decode.h"
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <kernel/provoke.h>
#include <kernel/task.h>

enum { RETURN_INSTRUCTION = 0xc3 };

/* RFLAGS (SDM 1, 3.4.3): that interrupts come; with the bit that is always 1. */
enum { FLAG_INTERRUPTS = 1 << 9, FLAGS_TASK = FLAG_INTERRUPTS | 1 << 1 };

/* Lets the task go on at task_fault, as if called on the top of its stack, with a floating-point
 * unit as new. */
static void end_task(struct fault_frame *frame, const struct stack *stack)
{
    static const uint32_t mxcsr = 0x1f80;
    uint64_t *top = (uint64_t *)(((uintptr_t)stack->base + stack->size) & ~(uintptr_t)15);

    top[-1] = 0; /* nobody to return to */
    frame->rsp = (uintptr_t)(top - 1);
    frame->rip = (uintptr_t)task_fault;
    frame->rflags = FLAGS_TASK;
    __asm__ volatile("fninit\n\tldmxcsr %0" : : "m"(mxcsr));
}

void fault_handle(struct fault_frame *frame)
{
    struct fault fault;

    fault_decode(frame, &fault);
    if (fault.access && guard_reached(fault.address))
        fault.cause = "stack overflow";
    fault.fatal = arch_in_interrupt() || !(frame->rflags & FLAG_INTERRUPTS) ||
                  frame->vector == VECTOR_NONMASKABLE || frame->vector == VECTOR_DOUBLE_FAULT ||
                  frame->vector == VECTOR_MACHINE_CHECK;
    end_task(frame, fault_report(&fault));
}

void arch_fault_print_registers(const struct fault *fault)
{
    const struct fault_frame *frame = fault->registers;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"rax", frame->rax}, {"rbx", frame->rbx}, {"rcx", frame->rcx}, {"rdx", frame->rdx},
        {"rsi", frame->rsi}, {"rdi", frame->rdi}, {"rbp", frame->rbp}, {"rsp", frame->rsp},
        {"r8", frame->r8},   {"r9", frame->r9},   {"r10", frame->r10}, {"r11", frame->r11},
        {"r12", frame->r12}, {"r13", frame->r13}, {"r14", frame->r14}, {"r15", frame->r15},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        panic_printf("%s%-3s 0x%016llx%s", i % 4 == 0 ? "    " : " ", rows[i].name,
                     (unsigned long long)rows[i].value, i % 4 == 3 ? "\n" : "");
    }
    panic_printf("    pc  0x%016llx rflags 0x%08llx vector %llu error 0x%llx cr2 0x%016llx\n",
                 (unsigned long long)frame->rip, (unsigned long long)frame->rflags,
                 (unsigned long long)frame->vector, (unsigned long long)frame->error,
                 (unsigned long long)frame->cr2);
}

void arch_provoke_fault(enum arch_fault_kind kind)
{
    static uint8_t data[] = {RETURN_INSTRUCTION};

    provoke_fault(kind, data);
}
