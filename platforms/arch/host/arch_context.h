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

/* context.c's: the context that each core is in; what the address sanitizer is told before and
 * after a switch. */
extern const struct arch_context *host_running[CONFIG_CORES];
void host_leave_fiber(struct arch_context *from);
void host_enter_fiber(void *fake_stack);

unsigned arch_core(void);

#if defined(__x86_64__)
enum { ARCH_SWITCHES_IN_LINE = 1 };

/* Continued as what host_switch leaves; but the compiler saves what it needs of the registers. */
__attribute__((always_inline)) static inline void
arch_context_switch_in_line(struct arch_context *from, struct arch_context *to)
{
    struct arch_context *left = from;
    host_running[CONFIG_CORES > 1 ? arch_core() : 0] = to;
    if (CONFIG_ASAN)
        host_leave_fiber(from);
    __asm__ volatile("pushq %%rbp\n\t"
                     "leaq 1f(%%rip), %%rax\n\t"
                     "pushq %%rax\n\t"
                     "movq %%rsp, (%0)\n\t"
                     "movq (%1), %%rsp\n\t"
                     "popq %%rax\n\t"
                     "jmp *%%rax\n"
                     "1:\n\t"
                     "popq %%rbp"
                     : "+D"(left), "+S"(to)
                     :
                     : "rax", "rbx", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14",
                       "r15", "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                       "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                       "xmm15");
    if (CONFIG_ASAN)
        host_enter_fiber(from->fake_stack);
}
#else
enum { ARCH_SWITCHES_IN_LINE = 0 };
void arch_context_switch_in_line(struct arch_context *from, struct arch_context *to);
#endif

#endif
