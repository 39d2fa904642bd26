/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The cooperative switch between tasks. A call preserves r4 to r11 and, with an FPU, s16 to s31
 * (AAPCS32, 6.1): only these are saved, on the task's own stack; what the compiler believes lost at
 * a call need not be. The protection context is switched with the stack: MPU_RNR always selects
 * the region of the running stack's guard (mpu_v7.c) or those around it (mpu_v8.c), so that one or
 * two stores move it. A fence around a service's data would be moved here in the same way.
 */
    .syntax unified
    .thumb

    .set CONTEXT_STACK_POINTER, 0   // offsets in struct arch_context
    .set CONTEXT_GUARD, 4
    .set CONTEXT_GUARD_END, 8
    .set CONTEXT_STACK_LIMIT, 12
    .set MPU_RBAR, 0xe000ed9c
    .set MPU_RLAR, 0xe000eda0

    // void arch_context_switch(struct arch_context *from, struct arch_context *to)
    .section .text.arch_context_switch, "ax"
    .global arch_context_switch
    .type arch_context_switch, %function
arch_context_switch:
    .fnstart
    .save {r3-r11, lr}
    push {r3-r11, lr}           // r3 for the alignment to 8
#ifdef __ARM_FP
    vmrs r3, fpscr
    .vsave {d8-d15}
    vpush {d8-d15}
    .pad #8
    push {r2, r3}
#endif
#if __ARM_ARCH >= 8
    ldr r2, =MPU_RLAR
    ldr r3, [r2]
    str r3, [r0, #CONTEXT_GUARD]
    ldr r3, [r2, #4]            // RBAR_A1
    str r3, [r0, #CONTEXT_GUARD_END]
    mrs r3, psplim
    str r3, [r0, #CONTEXT_STACK_LIMIT]
    str sp, [r0, #CONTEXT_STACK_POINTER]
    ldr r0, [r1, #CONTEXT_GUARD]
    ldr r3, [r1, #CONTEXT_GUARD_END]
    ldr ip, [r1, #CONTEXT_STACK_LIMIT]
    ldr r1, [r1, #CONTEXT_STACK_POINTER]
    str r0, [r2]                // the regions may overlap until the second store: no access to
    str r3, [r2, #4]            // RAM from here on
    dsb
    isb
    movs r0, #0
    msr psplim, r0
    mov sp, r1
    msr psplim, ip
#else
    ldr r2, =MPU_RBAR
    ldr r3, [r2]
    str r3, [r0, #CONTEXT_GUARD]
    str sp, [r0, #CONTEXT_STACK_POINTER]
    ldr r3, [r1, #CONTEXT_GUARD]
    str r3, [r2]
    dsb
    isb
    ldr sp, [r1, #CONTEXT_STACK_POINTER]
#endif
#ifdef __ARM_FP
    pop {r2, r3}
    vpop {d8-d15}
    vmsr fpscr, r3
#endif
    pop {r3-r11, pc}
    .fnend
    .size arch_context_switch, . - arch_context_switch

    // Where a new task begins: r4 entry, r5 argument (arch_context_init). There is no caller.
    .section .text.context_begin, "ax"
    .global context_begin
    .type context_begin, %function
context_begin:
    .fnstart
    .cantunwind
    mov r0, r5
    blx r4
    udf #0
    .fnend
    .size context_begin, . - context_begin
