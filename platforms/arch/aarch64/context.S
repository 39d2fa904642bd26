/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The switch between tasks. It is a function call, so only what AAPCS64 (6.1) lets a callee keep
 * needs saving: x19-x30, sp, the low halves of v8-v15, and FPCR, which is global by the ABI but
 * each task's own here. The frame lies on the task's stack, stack.c builds the first one.
 *
 * Every task's stack guard is unmapped at all times, so the protection context is empty; a task's
 * own fence will be its TTBR0_EL1, loaded where x1 is stored to aarch64_running.
 */
    .set    CONTEXT_SIZE, 176           // struct context_frame in stack.c

    .arch_extension sme
    .section .text.arch_context_switch, "ax"
    .global arch_context_switch
    .type   arch_context_switch, %function
arch_context_switch:                    // x0 = from, x1 = to
    adrp    x9, aarch64_has_sme
    ldrb    w9, [x9, :lo12:aarch64_has_sme]
    cbz     w9, 1f
    mrs     x9, S3_3_C4_C2_2            // SVCR
    cbnz    x9, blocks_streaming
1:
    sub     sp, sp, #CONTEXT_SIZE
    stp     x19, x20, [sp]
    stp     x21, x22, [sp, #16]
    stp     x23, x24, [sp, #32]
    stp     x25, x26, [sp, #48]
    stp     x27, x28, [sp, #64]
    stp     x29, x30, [sp, #80]
    stp     d8, d9, [sp, #96]
    stp     d10, d11, [sp, #112]
    stp     d12, d13, [sp, #128]
    stp     d14, d15, [sp, #144]
    mrs     x9, fpcr
    str     x9, [sp, #160]
    mov     x9, sp
    str     x9, [x0]

    adrp    x9, aarch64_running
.if CONFIG_CORES > 1
    add     x9, x9, :lo12:aarch64_running
    mrs     x10, mpidr_el1
    ubfiz   x10, x10, #3, #8
    str     x1, [x9, x10]
.else
    str     x1, [x9, :lo12:aarch64_running]
.endif
    ldr     x9, [x1]
    mov     sp, x9
    ldr     x9, [sp, #160]
    msr     fpcr, x9
    ldp     d14, d15, [sp, #144]
    ldp     d12, d13, [sp, #128]
    ldp     d10, d11, [sp, #112]
    ldp     d8, d9, [sp, #96]
    ldp     x29, x30, [sp, #80]
    ldp     x27, x28, [sp, #64]
    ldp     x25, x26, [sp, #48]
    ldp     x23, x24, [sp, #32]
    ldp     x21, x22, [sp, #16]
    ldp     x19, x20, [sp]
    add     sp, sp, #CONTEXT_SIZE
    ret

blocks_streaming:
    smstop
    b       aarch64_blocks_streaming
    .size   arch_context_switch, . - arch_context_switch

/* A task's first instruction: x19 = its entry, x20 = the argument. */
    .section .text.context_start, "ax"
    .global context_start
    .type   context_start, %function
context_start:
    mov     x0, x20
    mov     x30, xzr
    br      x19
    .size   context_start, . - context_start

    .section .bss.aarch64_running, "aw", %nobits
    .balign 8
    .global aarch64_running
aarch64_running:                        // by core
    .skip   8 * CONFIG_CORES
