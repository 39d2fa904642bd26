/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Faults: from the vectors to the kernel's report, and the ways to provoke one.
 */
#include "fault_decode.h"
#include "x86_64.h"

#include <kernel/arch.h>
#include <kernel/panic.h>

extern uint8_t __code_start[];

enum { RETURN_INSTRUCTION = 0xc3 };

noreturn void fault_handle(const struct fault_frame *frame)
{
    struct fault fault;

    fault_decode(frame, &fault);
    if (fault.access && guard_reached(fault.address))
        fault.cause = "stack overflow";
    fault_report(&fault);
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
    static uint8_t data[] = {RETURN_INSTRUCTION};

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
