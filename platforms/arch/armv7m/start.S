/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From reset to kernel_main. SysTick starts counting with the first instructions, so that the
 * clock's zero is the image's entry. From here on thread mode runs on the process stack (first the
 * boot stack, later the tasks'), and handlers on the main stack, which is the interrupt stack.
 */
    .syntax unified
    .thumb

    .set SYSTICK_CTRL, 0xe000e010
    .set SYSTICK_LOAD, 4
    .set SYSTICK_VAL, 8
    .set SCB_VTOR, 0xe000ed08
    .set SCB_CPACR, 0xe000ed88

    .section .text._start, "ax"
    .global _start
    .type _start, %function
_start:
    .fnstart
    .cantunwind
    ldr r0, =SYSTICK_CTRL
    ldr r1, =0x00ffffff
    str r1, [r0, #SYSTICK_LOAD]
    str r1, [r0, #SYSTICK_VAL]  // any write clears the count
    movs r1, #5                 // the processor's clock, no interrupt, enabled
    str r1, [r0]

    cpsid i
    ldr r0, =vector_table
    ldr r1, =SCB_VTOR
    str r0, [r1]
    ldr r0, =__interrupt_stack_end
    msr msp, r0
    ldr r0, =__boot_stack_end
    msr psp, r0
    movs r0, #2                 // CONTROL.SPSEL
    msr control, r0
    isb
#ifdef __ARM_FP
    ldr r0, =SCB_CPACR
    ldr r1, [r0]
    orr r1, r1, #(0xf << 20)    // coprocessors 10 and 11: the FPU
    str r1, [r0]
    dsb
    isb
#endif

    ldr r4, =__copy_table_start
    ldr r5, =__copy_table_end
    b 2f
1:  ldmia r4!, {r0, r1, r2}     // destination, source, bytes
    bl memcpy
2:  cmp r4, r5
    bne 1b

    ldr r4, =__zero_table_start
    ldr r5, =__zero_table_end
    b 4f
3:  ldmia r4!, {r0, r2}         // destination, bytes
    movs r1, #0
    bl memset
4:  cmp r4, r5
    bne 3b

    bl fault_init
    bl mpu_init
    bl cache_init
    bl features_init
    bl profile_init
    bl kernel_main
    udf #0
    .fnend
    .size _start, . - _start
