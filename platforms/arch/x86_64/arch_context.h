/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a parked task's registers need besides its stack: everything else lies there, above `sp`.
 * First the address where it goes on, which takes the rest: context.S's, or that of a switch in
 * line.
 */
#ifndef X86_64_ARCH_CONTEXT_H
#define X86_64_ARCH_CONTEXT_H

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

enum { ARCH_SWITCHES_IN_LINE = 1 };

/* context.S: the context that was switched to last; NULL before the first switch. */
extern struct arch_context *x86_64_running[CONFIG_CORES];

unsigned arch_core(void);

/* As context.S, but that the compiler saves what it needs of the registers. */
__attribute__((always_inline)) static inline void
arch_context_switch_in_line(struct arch_context *from, struct arch_context *to)
{
    x86_64_running[CONFIG_CORES > 1 ? arch_core() : 0] = to;
    __asm__ volatile("push %%rbp\n\t"
                     "sub $8, %%rsp\n\t"
                     "stmxcsr (%%rsp)\n\t"
                     "fnstcw 4(%%rsp)\n\t"
                     "push $1f\n\t"
                     "mov %%rsp, (%0)\n\t"
                     "mov (%1), %%rsp\n\t"
                     "pop %%rax\n\t"
                     "jmp *%%rax\n"
                     "1:\n\t"
                     "fldcw 4(%%rsp)\n\t"
                     "ldmxcsr (%%rsp)\n\t"
                     "add $8, %%rsp\n\t"
                     "pop %%rbp"
                     : "+D"(from), "+S"(to)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15");
}

#endif
