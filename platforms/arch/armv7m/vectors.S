/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exception entry for faults, and the probe for semihosting, which is one; and preemption.
 * Interrupts need nothing here: the hardware saves what a C function may change, so that the vectors lead to C
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
    ldr r1, =fault_end_task
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

    // Where fault_report returns, on the fault stack: r0 is the stack of the task that ends. The main
    // stack is the interrupts' again, and the task goes on at task_fault, on the top of its own.
    .section .text.fault_end_task, "ax"
    .type fault_end_task, %function
fault_end_task:
    .fnstart
    .cantunwind
    ldr r1, =SCB_CCR
    ldr r2, [r1]
    bic r2, r2, #1              // NONBASETHRDENA
    str r2, [r1]
    ldrd r1, r2, [r0]           // base, size
    add r1, r1, r2
    bic r1, r1, #7
    msr psp, r1
    movs r1, #2                 // SPSEL; without FPCA the FPU's registers begin anew
    msr control, r1
    isb
    ldr r1, =__interrupt_stack_end
    msr msp, r1
    movs r1, #0
    mov lr, r1
    cpsie i
    ldr r1, =task_fault
    bx r1
    .fnend
    .size fault_end_task, . - fault_end_task

    // PendSV, which an interrupt makes pending, and which follows it, if the task is to be
    // preempted. The hardware's frame on the task's stack stays there, whole with the FPU's
    // registers, for preempt_leave; the task goes on at preempt_begin, in thread mode and with
    // interrupts masked, through a made-up frame below it.
    .set EXCEPTION_RETURN_NO_FPU, 1 << 4
    .section .text.preempt_entry, "ax"
    .global preempt_entry
    .type preempt_entry, %function
preempt_entry:
    .fnstart
    .cantunwind
    mrs r0, psp
#ifdef __ARM_FP
    tst lr, #EXCEPTION_RETURN_NO_FPU
    it eq
    vmoveq.f32 s0, s0           // writes them to the frame, if they aren't there yet
#endif
    cpsid i
    subs r0, r0, #40
    str lr, [r0, #32]
    orr lr, lr, #EXCEPTION_RETURN_NO_FPU
    movs r1, #0
    str r1, [r0, #20]           // lr
    ldr r1, =preempt_begin
    bic r1, r1, #1
    str r1, [r0, #24]           // pc
    mov r1, #(1 << 24)          // xPSR: Thumb
    str r1, [r0, #28]
    msr psp, r0
    bx lr
    .fnend
    .size preempt_entry, . - preempt_entry

    // A call preserves what the hardware's frame does not hold. Only an exception's return restores
    // all of that frame, the state of an IT block among it: hence the supervisor call.
    .section .text.preempt_begin, "ax"
    .type preempt_begin, %function
preempt_begin:
    .fnstart
    .cantunwind
    bl task_preempt
#ifdef __ARM_FP
    mrs r0, control
    bic r0, r0, #4              // FPCA: this frame has none of the FPU's registers
    msr control, r0
    isb
#endif
    cpsie i                     // a masked supervisor call would be a HardFault
    svc #0
    .fnend
    .size preempt_begin, . - preempt_begin

    // The supervisor call: drops its own frame and leaves through the task's.
    .section .text.preempt_leave, "ax"
    .global preempt_leave
    .type preempt_leave, %function
preempt_leave:
    .fnstart
    .cantunwind
    mrs r0, psp
    adds r0, r0, #32
    ldr lr, [r0], #8
    msr psp, r0
    bx lr
    .fnend
    .size preempt_leave, . - preempt_leave

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
