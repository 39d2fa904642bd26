/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Exceptions (Arm ARM DDI 0487, D1.3). Tasks run on SP_EL0, so an exception out of one arrives on
 * SP_EL1, the interrupt stack, which is good whatever the task did to its own. An exception out of
 * a handler, which is on SP_EL1 already, is a fault; it moves to the fault stack first, as the
 * interrupt stack may be what overflowed. A fault in the fault handler begins the fault stack anew.
 * Nothing runs at EL0.
 *
 * EL2, where we were started there, has the same table: the only exception that gets there is a
 * call to the hypervisor that isn't there, and it comes in where EL0's would.
 */

/* struct fault_frame (fault_decode.h) */
    .set    FRAME_SP, 31 * 8
    .set    FRAME_PC, 32 * 8
    .set    FRAME_ESR, 34 * 8
    .set    FRAME_SIZE, 36 * 8

/* The interrupt's frame: x0-x17, x18, x30, {x29, pc} as a frame record, pstate, fpsr, fpcr; below
 * it the vector registers. */
    .set    INTERRUPT_RECORD, 160
    .set    INTERRUPT_PSTATE, 176
    .set    INTERRUPT_SIZE, 192

    .arch_extension sve
    .arch_extension sme
    .set    STREAMING, 0                // bit of SVCR

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
    adrp    x0, fault_stack_end
    add     x0, x0, :lo12:fault_stack_end
    mov     sp, x0
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
    ldr     x2, [sp, #FRAME_PC]         // back to the task: it called firmware that isn't there
    msr     elr_el1, x2
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
    stp     x2, x3, [sp, #16]
    stp     x4, x5, [sp, #32]
    stp     x6, x7, [sp, #48]
    stp     x8, x9, [sp, #64]
    stp     x10, x11, [sp, #80]
    stp     x12, x13, [sp, #96]
    stp     x14, x15, [sp, #112]
    stp     x16, x17, [sp, #128]
    stp     x18, x30, [sp, #144]
    mrs     x0, elr_el1
    stp     x29, x0, [sp, #INTERRUPT_RECORD]
    mrs     x0, spsr_el1
    mrs     x1, fpsr
    mrs     x2, fpcr
    str     x0, [sp, #INTERRUPT_PSTATE]
    stp     w1, w2, [sp, #INTERRUPT_PSTATE + 8]
    add     x29, sp, #INTERRUPT_RECORD
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
    bl      interrupt_handle
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
    bl      interrupt_handle
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
    bl      interrupt_handle
    smstart sm
    scalable_registers ldr, p, 15
    addvl   sp, sp, #2
    scalable_registers ldr, z, 31

leave_interrupt:
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

    .section .bss.fault_stack, "aw", %nobits
    .balign 16
    .global fault_stack
    .global fault_stack_end
fault_stack:
    .skip   4096
fault_stack_end:
