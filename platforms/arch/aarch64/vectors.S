/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exceptions (Arm ARM DDI 0487, D1.3). Tasks run on SP_EL0, so an exception out of one arrives on
 * SP_EL1, the interrupt stack, which is good whatever the task did to its own. An exception out of
 * a handler, which is on SP_EL1 already, is a fault; it moves to the fault stack first, as the
 * interrupt stack may be what overflowed. A fault in the fault handler begins the fault stack anew.
 * Nothing runs at EL0.
 *
 * A task is preempted on its own stack: aarch64_interrupt makes the interrupt return to
 * preempt_entry, which saves the same as an interrupt does, there, and calls task_preempt.
 *
 * EL2, where we were started there, has the same table: the only exception that gets there is a
 * call to the hypervisor that isn't there, and it comes in where EL0's would.
 */

/* struct fault_frame (fault_decode.h) */
    .set    FRAME_SP, 31 * 8
    .set    FRAME_PC, 32 * 8
    .set    FRAME_ESR, 34 * 8
    .set    FRAME_SIZE, 36 * 8

/* The interrupt's frame: x0-x17, x18, x30, struct interrupt_record (aarch64.h); below it the vector
 * registers. */
    .set    INTERRUPT_RECORD, 160
    .set    INTERRUPT_PSTATE, 176
    .set    INTERRUPT_PREEMPTED, 192
    .set    FIQ_MASKED, 6               // bit of PSTATE
    .set    INTERRUPT_SIZE, 208

    .set    FAULT_STACK_SHIFT, 12       // FAULT_STACK_SIZE in aarch64.h
    .set    FAULT_STACK, 1 << FAULT_STACK_SHIFT

    .arch_extension sve
    .arch_extension sme
    .set    STREAMING, 0                // bits of SVCR
    .set    MATRIX, 1

    .macro  fault_of_task vector
    .balign 128
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp]
    mov     x0, #\vector
    mrs     x1, sp_el0
    b       fault_common
    .endm

    .macro  fault_of_handler vector
    .balign 128
    msr     tpidr_el1, x0
    mov     x0, sp
    msr     tpidrro_el0, x0
    adrp    x0, fault_stacks + FAULT_STACK
    add     x0, x0, :lo12:fault_stacks + FAULT_STACK
    mov     sp, x0
.if CONFIG_CORES > 1
    mrs     x0, mpidr_el1
    ubfiz   x0, x0, #FAULT_STACK_SHIFT, #8
    add     sp, sp, x0
.endif
    mrs     x0, tpidr_el1
    sub     sp, sp, #FRAME_SIZE
    stp     x0, x1, [sp]
    mov     x0, #\vector
    mrs     x1, tpidrro_el0
    b       fault_common
    .endm

/* q\n and its successor, at their places from sp on. */
    .macro  vector_pair operation, n
    .set    next, \n + 1
    vector_pair_of \operation, \n, %next
    .endm
    .macro  vector_pair_of operation, n, next
    \operation q\n, q\next, [sp, #\n * 16]
    .endm

/* z0-z\last or p0-p\last, at their places from sp on. */
    .macro  scalable_registers operation, kind, last
    .set    i, 0
    .rept   \last + 1
    scalable_register \operation, \kind, %i
    .set    i, i + 1
    .endr
    .endm
    .macro  scalable_register operation, kind, n
    \operation \kind\n, [sp, #\n, mul vl]
    .endm

    .altmacro
    .section .text.vectors, "ax"
    .balign 2048
    .global aarch64_vectors
aarch64_vectors:
    fault_of_task 0                     // current EL on SP_EL0: tasks, boot
    .balign 128
    b       interrupt
    fault_of_task 2
    fault_of_task 3
    fault_of_handler 0                  // current EL on SP_EL1: handlers
    fault_of_handler 1
    fault_of_handler 2
    fault_of_handler 3
    .balign 128                         // EL0, AArch64
    b       no_hypervisor
    fault_of_handler 1
    fault_of_handler 2
    fault_of_handler 3
    fault_of_handler 0                  // EL0, AArch32
    fault_of_handler 1
    fault_of_handler 2
    fault_of_handler 3
    .balign 128

/* Answers what SMCCC and firmware_hvc call "not supported". */
no_hypervisor:
    mov     x0, #-1
    eret

/* x0 = vector, x1 = the interrupted sp; the interrupted x0 and x1 are saved at sp. */
fault_common:
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x19, [sp, #144]
    stp     x20, x21, [sp, #160]
    stp     x22, x23, [sp, #176]
    stp     x24, x25, [sp, #192]
    stp     x26, x27, [sp, #208]
    stp     x28, x29, [sp, #224]
    stp     x30, x1, [sp, #240]
    mrs     x2, elr_el1
    mrs     x3, spsr_el1
    stp     x2, x3, [sp, #FRAME_PC]
    mrs     x2, esr_el1
    mrs     x3, far_el1
    stp     x2, x3, [sp, #FRAME_ESR]
    adrp    x2, aarch64_has_sme
    ldrb    w2, [x2, :lo12:aarch64_has_sme]
    cbz     w2, 1f
    smstop  sm                          // C code may use what streaming mode has not
1:  mov     x1, x0
    mov     x0, sp
    mov     x29, xzr
    mov     x30, xzr
    bl      fault_handle
    ldr     x1, [sp, #FRAME_SP]         // back to the task, for which fault_handle set the frame
    ldp     x2, x3, [sp, #FRAME_PC]
    msr     sp_el0, x1
    msr     elr_el1, x2
    msr     spsr_el1, x3
    ldp     x0, x1, [sp]
    ldp     x2, x3, [sp, #16]
    ldp     x4, x5, [sp, #32]
    ldp     x6, x7, [sp, #48]
    ldp     x8, x9, [sp, #64]
    ldp     x10, x11, [sp, #80]
    ldp     x12, x13, [sp, #96]
    ldp     x14, x15, [sp, #112]
    ldp     x16, x17, [sp, #128]
    ldr     x18, [sp, #144]
    ldp     x29, x30, [sp, #232]
    add     sp, sp, #FRAME_SIZE
    eret

/* Saves what a C function may change (AAPCS64, 6.1): of the vector registers all, because only the
 * low halves of v8-v15 would survive, and where there is SVE in their full length, because writing
 * a short register clears the rest of the long one. x29 keeps the frame record meanwhile. */
interrupt:
    sub     sp, sp, #INTERRUPT_SIZE
    stp     x0, x1, [sp]
    stp     x4, x5, [sp, #32]
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    tbnz    x1, #FIQ_MASKED, 1f
    msr     daifclr, #1                 // the watchdog's comes through handlers too
1:  adrp    x4, aarch64_interrupt
    add     x4, x4, :lo12:aarch64_interrupt
    b       save

/* Where an interrupt returns to when the task is to be preempted: on the task's stack, with
 * interrupts masked. Where the task was stands in the interrupt's frame, which is still whole. */
    .global preempt_entry
preempt_entry:
    sub     sp, sp, #INTERRUPT_SIZE
    stp     x0, x1, [sp]
    stp     x4, x5, [sp, #32]
    msr     spsel, #1
    mov     x4, sp
    msr     spsel, #0
    ldp     x0, x1, [x4, #INTERRUPT_PREEMPTED - INTERRUPT_SIZE]
    adrp    x4, preempt
    add     x4, x4, :lo12:preempt

/* x0 = pc, x1 = pstate, x4 = what to call. */
save:
    stp     x2, x3, [sp, #16]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x30, [sp, #144]
    stp     x29, x0, [sp, #INTERRUPT_RECORD]
    mrs     x2, fpsr
    mrs     x3, fpcr
    str     x1, [sp, #INTERRUPT_PSTATE]
    stp     w2, w3, [sp, #INTERRUPT_PSTATE + 8]
    add     x29, sp, #INTERRUPT_RECORD
    mov     x0, x29
    adrp    x3, aarch64_has_sme
    ldrb    w3, [x3, :lo12:aarch64_has_sme]
    cbz     w3, 1f
    mrs     x3, S3_3_C4_C2_2            // SVCR
    tbnz    x3, #STREAMING, streaming
1:  adrp    x3, aarch64_has_sve
    ldrb    w3, [x3, :lo12:aarch64_has_sve]
    cbnz    w3, with_sve

    sub     sp, sp, #512
    .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    vector_pair stp, \n
    .endr
    blr     x4
    .irp    n, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
    vector_pair ldp, \n
    .endr
    b       leave_interrupt

with_sve:
    addvl   sp, sp, #-32                // z0-z31, VL bytes each
    scalable_registers str, z, 31
    addvl   sp, sp, #-3                 // p0-p15 and FFR, VL / 8 bytes each
    scalable_registers str, p, 15
    rdffr   p0.b
    str     p0, [sp, #16, mul vl]
    blr     x4
    ldr     p0, [sp, #16, mul vl]
    wrffr   p0.b
    scalable_registers ldr, p, 15
    addvl   sp, sp, #3
    scalable_registers ldr, z, 31
    b       leave_interrupt

/* Streaming mode has vectors of a length of their own and no FFR. To leave or enter it zeroes them;
 * ZA stays as it is. */
streaming:
    addvl   sp, sp, #-32
    scalable_registers str, z, 31
    addvl   sp, sp, #-2
    scalable_registers str, p, 15
    smstop  sm
    blr     x4
    smstart sm
    scalable_registers ldr, p, 15
    addvl   sp, sp, #2
    scalable_registers ldr, z, 31

leave_interrupt:                        // or preempt_entry
    sub     sp, x29, #INTERRUPT_RECORD
    ldr     x0, [sp, #INTERRUPT_PSTATE]
    ldp     w1, w2, [sp, #INTERRUPT_PSTATE + 8]
    msr     spsr_el1, x0
    msr     fpsr, x1
    msr     fpcr, x2
    ldp     x29, x0, [sp, #INTERRUPT_RECORD]
    msr     elr_el1, x0
    ldp     x18, x30, [sp, #144]
    ldp     x16, x17, [sp, #128]
    ldp     x14, x15, [sp, #112]
    ldp     x12, x13, [sp, #96]
    ldp     x10, x11, [sp, #80]
    ldp     x8, x9, [sp, #64]
    ldp     x6, x7, [sp, #48]
    ldp     x4, x5, [sp, #32]
    ldp     x2, x3, [sp, #16]
    ldp     x0, x1, [sp]
    add     sp, sp, #INTERRUPT_SIZE
    eret

/* Calls task_preempt with ZA, if it is on, kept on the stack and off: the others may use it. */
preempt:
    adrp    x3, aarch64_has_sme
    ldrb    w3, [x3, :lo12:aarch64_has_sme]
    cbz     w3, task_preempt
    mrs     x3, S3_3_C4_C2_2            // SVCR
    tbz     x3, #MATRIX, task_preempt
    stp     x29, x30, [sp, #-16]!
    mov     x29, sp
    rdsvl   x9, #1
    mul     x10, x9, x9
    sub     sp, sp, x10
    mov     x10, sp
    mov     w12, #0
1:  str     za[w12, #0], [x10]
    add     x10, x10, x9
    add     w12, w12, #1
    cmp     w12, w9
    b.lo    1b
    smstop  za
    bl      task_preempt
    smstart za
    rdsvl   x9, #1
    mov     x10, sp
    mov     w12, #0
2:  ldr     za[w12, #0], [x10]
    add     x10, x10, x9
    add     w12, w12, #1
    cmp     w12, w9
    b.lo    2b
    mov     sp, x29
    ldp     x29, x30, [sp], #16
    ret

    .section .bss.fault_stacks, "aw", %nobits
    .balign 16
    .global fault_stacks
fault_stacks:                           // by core
    .skip   FAULT_STACK * CONFIG_CORES
