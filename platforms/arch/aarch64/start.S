/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From the loader to C. Entered at the image's first byte by a loader of the arm64 boot protocol
 * (Linux, Documentation/arch/arm64/booting.rst), or at _start in an ELF file: MMU and data cache
 * off, at EL3, EL2 or EL1, x0 = device tree or what the loader likes.
 *
 * EL2 is left for good, but for a vector that answers HVC with an error. From EL3 we go to secure
 * EL1, because only there the interrupt controller obeys us without firmware that hands interrupts
 * to the other world.
 *
 *   x20 device tree   x21 counter at entry   x22 exception level at entry   x23 core
 *
 * The other cores come the same way, through aarch64_core_entry if firmware starts them, or with the
 * first one; then they wait here until they are wanted.
 */
    .arch_extension sve

/* ZCR_ELx.LEN: vectors of up to 512 bits, so that their state fits on the interrupt stack. */
    .set    SVE_LENGTH, 3

/* SMCR_ELx.LEN: the same for vectors in streaming mode. */
    .set    SME_LENGTH, 3
    .set    ESM, 1 << 12                // CPTR_EL3
    .set    TSM, 1 << 12                // CPTR_EL2
    .set    SMEN, 3 << 24               // CPACR_EL1

    .section .start, "ax"
    .global _start
    .type   _start, %function
_start:
    b       entry                       // code0
    .word   0                           // code1
    .quad   __image_offset              // text_offset, from the start of RAM
    .quad   __data_end - . + 16         // image_size, memory that is not in the file included
    .quad   2                           // flags: little endian, 4 KB pages, near the start of RAM
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .word   0

    .global aarch64_core_entry
aarch64_core_entry:
entry:
    msr     daifset, #15
    mov     x20, x0
    mrs     x9, CurrentEL
    lsr     x22, x9, #2
    cmp     x22, #2
    b.hi    from_el3
    b.eq    from_el2
    mrs     x21, cntvct_el0
    b       at_el1

/* What both ways down share: the register width and state that EL1 begins with. */
    .macro  prepare_el1
    mov     x9, #0x0800                 // SCTLR_EL1: the bits that are always 1, all else off
    movk    x9, #0x30d0, lsl #16
    msr     sctlr_el1, x9
    .endm

    .set    SPSR_EL1H_MASKED, 0x3c5

from_el3:
    mrs     x21, cntpct_el0
    mov     x9, #0x4b0                  // SCR_EL3: EL1 is AArch64, SMC undefined, HVC off, secure
    msr     scr_el3, x9
    mov     x9, #(1 << 8)               // CPTR_EL3.EZ: FP, SIMD and SVE are not trapped
    msr     cptr_el3, x9
    msr     mdcr_el3, xzr
    mrs     x10, id_aa64pfr0_el1
    ubfx    x9, x10, #32, #4            // SVE
    cbz     x9, 1f
    isb
    mov     x9, #SVE_LENGTH
    msr     zcr_el3, x9
1:  mrs     x11, id_aa64pfr1_el1
    ubfx    x9, x11, #24, #4            // SME
    cbz     x9, 9f
    mrs     x9, scr_el3
    orr     x9, x9, #(1 << 41)          // EnTP2: TPIDR2_EL0 is not trapped
    msr     scr_el3, x9
    mrs     x9, cptr_el3
    orr     x9, x9, #ESM
    msr     cptr_el3, x9
    isb
    mov     x9, #SME_LENGTH
    msr     S3_6_C1_C2_6, x9            // SMCR_EL3
9:  ubfx    x9, x10, #24, #4            // GIC system registers
    cbz     x9, 2f
    mov     x9, #15                     // ICC_SRE_EL3: use them, and let EL1 do so
    msr     ICC_SRE_EL3, x9
    isb
2:  ubfx    x9, x10, #8, #4             // EL2 is there
    cbz     x9, 3f
    msr     cntvoff_el2, xzr
3:  prepare_el1
    mov     x9, #SPSR_EL1H_MASKED
    msr     spsr_el3, x9
    adr     x9, at_el1
    msr     elr_el3, x9
    eret

from_el2:
    mrs     x21, cntpct_el0
    mov     x9, #(1 << 31)              // HCR_EL2: EL1 is AArch64, nothing is trapped
    msr     hcr_el2, x9
    adrp    x9, aarch64_vectors         // for HVC
    add     x9, x9, :lo12:aarch64_vectors
    msr     vbar_el2, x9
    isb
    mov     x9, #3                      // EL1 may read counter and timer
    msr     cnthctl_el2, x9
    msr     cntvoff_el2, xzr
    mov     x9, #0x32ff                 // CPTR_EL2: FP, SIMD and SVE are not trapped
    msr     cptr_el2, x9
    mrs     x10, id_aa64pfr0_el1
    ubfx    x9, x10, #32, #4            // SVE
    cbz     x9, 4f
    isb
    mov     x9, #SVE_LENGTH
    msr     zcr_el2, x9
4:  mrs     x11, id_aa64pfr1_el1
    ubfx    x11, x11, #24, #4           // SME
    cbz     x11, 8f
    mrs     x9, cptr_el2
    bic     x9, x9, #TSM
    msr     cptr_el2, x9
    isb
    mov     x9, #SME_LENGTH
    msr     S3_4_C1_C2_6, x9            // SMCR_EL2
8:  msr     hstr_el2, xzr
    msr     vttbr_el2, xzr
    mrs     x9, mdcr_el2                // debug is not trapped; the counters' split stays
    and     x9, x9, #0x1f
    msr     mdcr_el2, x9
    mrs     x9, midr_el1
    msr     vpidr_el2, x9
    mrs     x9, mpidr_el1
    msr     vmpidr_el2, x9
    ubfx    x9, x10, #24, #4            // GIC system registers
    cbz     x9, 5f
    mov     x9, #15
    msr     ICC_SRE_EL2, x9
    isb
    msr     ICH_HCR_EL2, xzr
5:  mrs     x9, id_aa64mmfr0_el1
    ubfx    x9, x9, #56, #4             // fine-grained traps (FEAT_FGT): none
    cbz     x9, 6f
    cmp     x11, #0
    mov     x9, #(3 << 54)              // nTPIDR2_EL0, nSMPRI_EL1: 1 is no trap
    csel    x9, x9, xzr, ne
    msr     S3_4_C1_C1_4, x9            // HFGRTR_EL2
    msr     S3_4_C1_C1_5, x9            // HFGWTR_EL2
    msr     S3_4_C1_C1_6, xzr           // HFGITR_EL2
    msr     S3_4_C3_C1_4, xzr           // HDFGRTR_EL2
    msr     S3_4_C3_C1_5, xzr           // HDFGWTR_EL2
6:  prepare_el1
    mov     x9, #SPSR_EL1H_MASKED
    msr     spsr_el2, x9
    adr     x9, at_el1
    msr     elr_el2, x9
    eret

at_el1:
    mrs     x9, mpidr_el1               // where all cores enter, the first one goes on
    ands    x23, x9, #0xffffff
    b.eq    wanted
park:
.if CONFIG_CORES > 1
    cmp     x23, #CONFIG_CORES
    b.hs    1f
    adrp    x9, aarch64_cores_wanted
    ldr     w9, [x9, :lo12:aarch64_cores_wanted]
    lsr     w9, w9, w23
    tbnz    w9, #0, wanted
1:
.endif
    wfe
    b       park
wanted:
    mov     x9, #(3 << 20 | 3 << 16)    // CPACR_EL1: FP, SIMD and SVE are not trapped
    msr     cpacr_el1, x9
    isb
    mrs     x9, id_aa64pfr0_el1
    ubfx    x9, x9, #32, #4             // SVE
    cbz     x9, 7f
    mov     x9, #SVE_LENGTH
    msr     zcr_el1, x9
7:  mrs     x9, id_aa64pfr1_el1
    ubfx    x9, x9, #24, #4             // SME
    cbz     x9, 10f
    mrs     x9, cpacr_el1
    orr     x9, x9, #SMEN
    msr     cpacr_el1, x9
    isb
    mov     x9, #SME_LENGTH
    msr     S3_0_C1_C2_6, x9            // SMCR_EL1
    msr     S3_3_C4_C2_2, xzr           // SVCR: neither streaming mode nor ZA
10: adrp    x9, aarch64_vectors
    add     x9, x9, :lo12:aarch64_vectors
    msr     vbar_el1, x9
    isb

.if CONFIG_CORES > 1
    cbnz    x23, other_core
.endif
    adrp    x9, __interrupt_stack_end   // we are on SP_EL1: interrupts and faults
    add     x9, x9, :lo12:__interrupt_stack_end
    mov     sp, x9
    msr     spsel, #0                   // SP_EL0: boot, then tasks
    adrp    x9, __boot_stack_end
    add     x9, x9, :lo12:__boot_stack_end
    mov     sp, x9

    adrp    x9, __copy_table_start      // rows of destination, source, bytes
    add     x9, x9, :lo12:__copy_table_start
    adrp    x10, __copy_table_end
    add     x10, x10, :lo12:__copy_table_end
copy_row:
    cmp     x9, x10
    b.hs    copy_done
    ldp     x11, x12, [x9], #16
    ldr     x13, [x9], #8
copy_word:
    cbz     x13, copy_row
    ldr     x14, [x12], #8
    str     x14, [x11], #8
    sub     x13, x13, #8
    b       copy_word
copy_done:

    adrp    x9, __zero_table_start      // rows of destination, bytes
    add     x9, x9, :lo12:__zero_table_start
    adrp    x10, __zero_table_end
    add     x10, x10, :lo12:__zero_table_end
zero_row:
    cmp     x9, x10
    b.hs    zero_done
    ldp     x11, x12, [x9], #16
zero_word:
    cbz     x12, zero_row
    str     xzr, [x11], #8
    sub     x12, x12, #8
    b       zero_word
zero_done:

    msr     daifclr, #4                 // report what a bus error interrupts
    mov     x0, x20
    mov     x1, x21
    mov     x2, x22
    mov     x29, xzr
    mov     x30, xzr
    b       aarch64_boot

.if CONFIG_CORES > 1
/* The first core has made everything ready. The MMU goes on first: what is written with the caches
 * off may be lost below what the first core's cache has of the same memory. struct stack is
 * {base, size, guard}. */
    .set    STACK_SIZE, 24
other_core:
    dsb     sy
    tlbi    vmalle1
    ic      iallu
    dsb     sy
    isb
    adrp    x9, aarch64_translation
    add     x9, x9, :lo12:aarch64_translation
    ldp     x10, x11, [x9]
    ldp     x12, x13, [x9, #16]
    msr     mair_el1, x10
    msr     tcr_el1, x11
    msr     ttbr0_el1, x12
    isb
    msr     sctlr_el1, x13
    isb
    mov     x9, #STACK_SIZE
    mul     x9, x9, x23
    adrp    x10, interrupt_stacks
    add     x10, x10, :lo12:interrupt_stacks
    add     x10, x10, x9
    ldp     x11, x12, [x10]
    add     x11, x11, x12
    mov     sp, x11
    msr     spsel, #0
    adrp    x10, boot_stacks
    add     x10, x10, :lo12:boot_stacks
    add     x10, x10, x9
    ldp     x11, x12, [x10]
    add     x11, x11, x12
    mov     sp, x11
    msr     daifclr, #4
    mov     x29, xzr
    mov     x30, xzr
    b       core_main
.endif
    .size   _start, . - _start

/* Where cores wait for their bit: in the file, so that it is 0 before .bss is. */
    .section .data.aarch64_cores_wanted, "aw"
    .balign 4
    .global aarch64_cores_wanted
aarch64_cores_wanted:
    .word   0
