/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exception entry for faults, and the probe for semihosting, which is one. Interrupts need nothing
 * here: the hardware saves what a C function may change, so that the vectors lead to C
 * (interrupts.c); the table itself is in vector_table.c.
 *
 * A fault moves to a stack of its own, because the interrupted one may have overflowed, and the
 * report then runs in thread mode: within a handler of HardFault's priority a second fault would
 * lock the core up instead of being reported.
 */
    .syntax unified
    .thumb

    .set FAULT_STACK_SIZE, 2048
    .set SCB_CCR, 0xe000ed14
    .set FPCCR, 0xe000ef34
    .set EXCEPTION_RETURN_THREAD_MAIN, 0xfffffff9

    .section .bss.fault_stack, "aw", %nobits
    .balign 8
    .global fault_stack, fault_stack_end
    .type fault_stack, %object
fault_stack:
    .space FAULT_STACK_SIZE
fault_stack_end:
    .size fault_stack, . - fault_stack

    // Builds struct fault_frame (fault.h). Returns only if fault_handle mended the cause.
    .section .text.fault_entry, "ax"
    .global fault_entry
    .type fault_entry, %function
fault_entry:
    .fnstart
    .cantunwind
    mrs r12, msp
    ldr sp, =fault_stack_end
    push {r0-r11}
    mrs r1, psp
    mov r2, lr
    mrs r3, ipsr
    mov r0, r12
    push {r0-r3}
    mov r0, sp
    bl fault_handle
    ldr lr, [sp, #8]
    ldr sp, [sp]
    bx lr
    .fnend
    .size fault_entry, . - fault_entry

    // noreturn void fault_leave(const struct fault *fault): leaves the handler through a made-up
    // exception frame that continues at fault_report(fault) in thread mode, on this stack.
    .section .text.fault_leave, "ax"
    .global fault_leave
    .type fault_leave, %function
fault_leave:
    .fnstart
    .cantunwind
    cpsid i
    ldr r1, =SCB_CCR
    ldr r2, [r1]
    orr r2, r2, #1              // NONBASETHRDENA: thread mode below active handlers
    str r2, [r1]
#ifdef __ARM_FP
    ldr r1, =FPCCR              // no lazy saving of the FPU's registers to the faulty stack
    ldr r2, [r1]
    bic r2, r2, #1              // LSPACT
    str r2, [r1]
#endif
    dsb
    isb
    mov r1, sp
    bic r1, r1, #7
    subs r1, r1, #32
    mov sp, r1
    str r0, [sp]                // r0
    movs r1, #0
    str r1, [sp, #20]           // lr
    ldr r1, =fault_report
    bic r1, r1, #1
    str r1, [sp, #24]           // pc
    mov r1, #(1 << 24)          // xPSR: Thumb, thread mode
    str r1, [sp, #28]
    ldr lr, =EXCEPTION_RETURN_THREAD_MAIN
    bx lr
    .fnend
    .size fault_leave, . - fault_leave

    // bool arch_semihosting_probe(void): asks the debugger for its error number. Where there is
    // none the breakpoint is a fault, and fault_handle clears r2 and skips it.
    .section .text.arch_semihosting_probe, "ax"
    .global arch_semihosting_probe, semihosting_breakpoint
    .type arch_semihosting_probe, %function
arch_semihosting_probe:
    .fnstart
    movs r0, #0x13              // SYS_ERRNO, without side effects
    movs r1, #0
    movs r2, #1
semihosting_breakpoint:
    bkpt 0xab
    mov r0, r2
    bx lr
    .fnend
    .size arch_semihosting_probe, . - arch_semihosting_probe
