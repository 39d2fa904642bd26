/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exceptions and interrupts (SDM 3, 6.14). The descriptors (descriptors.c) give each a stack that is
 * good whatever the task did to its own: interrupts theirs, faults another, and what may hit the
 * fault handler itself (double fault, machine check, NMI) a third. Each begins anew: interrupts
 * don't nest, and nothing goes on where a fault interrupted it.
 *
 * A task is preempted on its own stack: x86_64_interrupt makes the interrupt return to
 * preempt_entry, with a frame like the CPU's there, so that the rest is as for an interrupt.
 *
 * A stub a vector, all of one size, makes the CPU's frames alike (error code, vector).
 */
    .set    STUB_SIZE, 16               // X86_64_STUB_SIZE
    .set    FIRST_INTERRUPT, 32         // X86_64_FIRST_INTERRUPT
    .set    VECTORS, 256
    /* 8, 10 to 14, 17, 21, 29 and 30 come with an error code. */
    .set    HAS_ERROR_CODE, 1 << 8 | 0x1f << 10 | 1 << 17 | 1 << 21 | 1 << 29 | 1 << 30

    .set    FAULT_RIP, 18 * 8           // in struct fault_frame

    .section .text.vectors, "ax"
    .balign STUB_SIZE
    .global x86_64_stubs
x86_64_stubs:
    .set    vector, 0
    .rept   VECTORS
    .balign STUB_SIZE
    .if     vector >= FIRST_INTERRUPT
    push    $vector
    jmp     interrupt
    .else
    .if     !(HAS_ERROR_CODE >> vector & 1)
    push    $0
    .endif
    push    $vector
    jmp     fault
    .endif
    .set    vector, vector + 1
    .endr
    .balign STUB_SIZE

/* struct fault_frame (fault_decode.h) from its end: below what the CPU and the stub pushed. */
fault:
    push    %rax
    push    %rcx
    push    %rdx
    push    %rbx
    push    %rbp
    push    %rsi
    push    %rdi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    push    %r12
    push    %r13
    push    %r14
    push    %r15
    mov     %cr2, %rax
    push    %rax
    cld
    mov     %rsp, %rdi
    mov     %rsp, %rbx
    and     $-16, %rsp
    xor     %ebp, %ebp
    call    fault_handle
    lea     FAULT_RIP(%rbx), %rsp       // on in task_fault, which begins with no register's value
    iretq

/* Saves what a C function may change: the general registers that the ABI does not preserve, and all
 * of the vector state that is enabled. The saved rbp takes the vector's place, so that with rip above
 * it is a frame record and a backtrace goes on in the interrupted code. */
    .set    GENERAL, 9 * 8
    .set    XSAVE_HEADER, 512
    .global preempt_entry
preempt_entry:
    push    $0
    xchg    %rbp, (%rsp)
    push    %r8
    lea     task_preempt(%rip), %r8
    jmp     save
interrupt:
    xchg    %rbp, (%rsp)                // rbp = vector
    push    %r8
    lea     x86_64_interrupt(%rip), %r8
save:                                   // r8 = what to call
    push    %rax
    push    %rcx
    push    %rdx
    push    %rsi
    push    %rdi
    push    %r9
    push    %r10
    push    %r11
    mov     %ebp, %edi
    lea     GENERAL(%rsp), %rbp
    mov     %rbp, %rsi
    cld
    sub     x86_64_state_size(%rip), %rsp
    and     $-64, %rsp
    cmpb    $0, x86_64_has_xsave(%rip)
    je      save_without_xsave
    xor     %eax, %eax                  // a header that holds anything else would not be restored
    mov     %rax, XSAVE_HEADER(%rsp)
    mov     %rax, XSAVE_HEADER + 8(%rsp)
    mov     %rax, XSAVE_HEADER + 16(%rsp)
    mov     %rax, XSAVE_HEADER + 24(%rsp)
    mov     %rax, XSAVE_HEADER + 32(%rsp)
    mov     %rax, XSAVE_HEADER + 40(%rsp)
    mov     %rax, XSAVE_HEADER + 48(%rsp)
    mov     %rax, XSAVE_HEADER + 56(%rsp)
    mov     $-1, %eax
    mov     %eax, %edx
    xsave64 (%rsp)
    call    *%r8
    mov     $-1, %eax
    mov     %eax, %edx
    xrstor64 (%rsp)
    jmp     interrupt_return
save_without_xsave:
    fxsave64 (%rsp)
    call    *%r8
    fxrstor64 (%rsp)
interrupt_return:
    lea     -GENERAL(%rbp), %rsp
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %rdi
    pop     %rsi
    pop     %rdx
    pop     %rcx
    pop     %rax
    pop     %r8
    pop     %rbp
    iretq
