/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exceptions and interrupts (SDM 3, 6.14). The descriptors (descriptors.c) give each a stack that is
 * good whatever the task did to its own: interrupts theirs, faults another, and what may hit the
 * fault handler itself (double fault, machine check, NMI) a third. Each begins anew: interrupts
 * don't nest, and from a fault nothing returns.
 *
 * A stub a vector, all of one size, makes the CPU's frames alike (error code, vector).
 */
    .set    STUB_SIZE, 16               // X86_64_STUB_SIZE
    .set    FIRST_INTERRUPT, 32         // X86_64_FIRST_INTERRUPT
    .set    VECTORS, 256
    /* 8, 10 to 14, 17, 21, 29 and 30 come with an error code. */
    .set    HAS_ERROR_CODE, 1 << 8 | 0x1f << 10 | 1 << 17 | 1 << 21 | 1 << 29 | 1 << 30

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
    and     $-16, %rsp
    xor     %ebp, %ebp
    call    fault_handle
    ud2

/* Saves what a C function may change: the general registers that the ABI does not preserve, and all
 * of the vector state that is enabled. The saved rbp takes the vector's place, so that with rip above
 * it is a frame record and a backtrace goes on in the interrupted code. */
    .set    GENERAL, 9 * 8
    .set    XSAVE_HEADER, 512
interrupt:
    xchg    %rbp, (%rsp)                // rbp = vector
    push    %rax
    push    %rcx
    push    %rdx
    push    %rsi
    push    %rdi
    push    %r8
    push    %r9
    push    %r10
    push    %r11
    mov     %ebp, %edi
    lea     GENERAL(%rsp), %rbp
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
    call    x86_64_interrupt
    mov     $-1, %eax
    mov     %eax, %edx
    xrstor64 (%rsp)
    jmp     interrupt_return
save_without_xsave:
    fxsave64 (%rsp)
    call    x86_64_interrupt
    fxrstor64 (%rsp)
interrupt_return:
    lea     -GENERAL(%rbp), %rsp
    pop     %r11
    pop     %r10
    pop     %r9
    pop     %r8
    pop     %rdi
    pop     %rsi
    pop     %rdx
    pop     %rcx
    pop     %rax
    pop     %rbp
    iretq
