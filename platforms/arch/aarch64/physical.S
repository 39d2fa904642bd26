/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A store with the MMU off, for memory that is not mapped. Code is mapped to itself, so this goes on
 * where it is. Nothing may interrupt it, and it touches no stack.
 */
    .section .text.aarch64_write_physical, "ax"
    .global aarch64_write_physical
    .type   aarch64_write_physical, %function
aarch64_write_physical:                 // x0 = address, x1 = value
    mrs     x9, daif
    msr     daifset, #15
    mrs     x10, sctlr_el1
    bic     x11, x10, #1                // SCTLR_EL1.M
    dsb     sy
    msr     sctlr_el1, x11
    isb
    str     x1, [x0]
    dsb     sy
    msr     sctlr_el1, x10
    isb
    msr     daif, x9
    ret
    .size   aarch64_write_physical, . - aarch64_write_physical
