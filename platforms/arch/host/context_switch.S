/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The switch between two stacks: what the calling convention makes a callee keep is pushed on the one
 * and popped off the other. Layouts are told to context.c by its FRAME_… constants. System V AMD64
 * ABI 3.2.1; Procedure Call Standard for the Arm 64-bit Architecture 6.1.
 *
 *   void host_switch(void **from, void *to)
 */
    .text
    .globl host_switch, host_context_begin
    .type host_switch, %function
    .type host_context_begin, %function

#if defined(__x86_64__)

host_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    leaq host_continue(%rip), %rax
    pushq %rax
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %rax
    jmp *%rax
host_continue:
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size host_switch, . - host_switch

host_context_begin:
    .cfi_startproc
    .cfi_undefined %rip
    popq %rdi
    popq %rsi
    xorl %ebp, %ebp
    jmp host_context_enter
    .cfi_endproc
    .size host_context_begin, . - host_context_begin

#elif defined(__aarch64__)

host_switch:
    sub sp, sp, #160
    stp x19, x20, [sp]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x2, sp
    str x2, [x0]
    mov sp, x1
    ldp x19, x20, [sp]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .size host_switch, . - host_switch

host_context_begin:
    .cfi_startproc
    .cfi_undefined x30
    mov x0, x19
    mov x1, x20
    mov x30, xzr
    b host_context_enter
    .cfi_endproc
    .size host_context_begin, . - host_context_begin

#endif

    .section .note.GNU-stack, "", %progbits
