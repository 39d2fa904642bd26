/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The switch between tasks. It is a function call, so only what the System V ABI (3.2.1) lets a
 * callee keep needs saving: rbx, rbp, r12-r15, rsp, and the control words of SSE and x87. The frame
 * lies on the task's stack, stack.c builds the first one.
 *
 * Every task's stack guard is unmapped at all times, so the protection context is empty; a task's
 * own fence will be its CR3, loaded where rsi is stored to x86_64_running.
 */
    .set    SEGMENT_TASK, 0x18          // enum in x86_64.h

    .section .text.arch_context_switch, "ax"
    .global arch_context_switch
    .type   arch_context_switch, %function
arch_context_switch:                    // rdi = from, rsi = to
    push    %rbp
    push    %rbx
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    sub     $8, %rsp
    stmxcsr (%rsp)
    fnstcw  4(%rsp)
    push    $context_continue
    mov     %rsp, (%rdi)

.if CONFIG_CORES > 1
    str     %rax                        // the core: arch_core
    sub     $SEGMENT_TASK, %eax
    shr     $1, %eax
    mov     %rsi, x86_64_running(%rax)
.else
    mov     %rsi, x86_64_running(%rip)
.endif
    mov     (%rsi), %rsp
    pop     %rax
    jmp     *%rax
    .size   arch_context_switch, . - arch_context_switch

/* Where a task goes on that has called arch_context_switch; others, in arch_context.h's in line. */
    .global context_continue
    .type   context_continue, %function
context_continue:
    fldcw   4(%rsp)
    ldmxcsr (%rsp)
    add     $8, %rsp
    pop     %r15
    pop     %r14
    pop     %r13
    pop     %r12
    pop     %rbx
    pop     %rbp
    ret
    .size   context_continue, . - context_continue

/* A task's first instruction: rbx = its entry, r12 = the argument. */
    .section .text.context_start, "ax"
    .global context_start
    .type   context_start, %function
context_start:
    mov     %r12, %rdi
    xor     %ebp, %ebp
    call    *%rbx
    ud2
    .size   context_start, . - context_start

    .section .bss.x86_64_running, "aw", %nobits
    .balign 8
    .global x86_64_running
x86_64_running:                         // by core
    .skip   8 * CONFIG_CORES
