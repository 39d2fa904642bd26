/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The C library's memcpy, memmove and memset (C17 7.24) by words: picolibc's are loops over bytes
 * where it is built for size. These are linked before it, and so take the place of its own. Words
 * need not be aligned: this architecture loads and stores them anywhere in normal memory, which the
 * compiler makes use of, too (Armv7-M Architecture Reference Manual, A3.2.1). A device's registers
 * are not for these functions.
 *
 * What is left to do is counted less the size of a step, so that the carry says whether there is
 * another.
 */
    .syntax unified
    .thumb

    .macro function name
    .section .text.\name, "ax"
    .global \name
    .type \name, %function
\name:
    .fnstart
    .endm

    .macro end name
    bx lr
    .fnend
    .size \name, . - \name
    .endm

    // void *memcpy(void *restrict to, const void *restrict from, size_t size)
    function memcpy
    mov ip, r0
    subs r2, #16
    blo 2f
1:  .rept 4
    ldr r3, [r1], #4
    str r3, [ip], #4
    .endr
    subs r2, #16
    bhs 1b
2:  adds r2, #16 - 4
    bcc 4f
3:  ldr r3, [r1], #4
    str r3, [ip], #4
    subs r2, #4
    bhs 3b
4:  adds r2, #4 - 1
    bcc 6f
5:  ldrb r3, [r1], #1
    strb r3, [ip], #1
    subs r2, #1
    bhs 5b
6:  end memcpy

    // void *memmove(void *to, const void *from, size_t size)
    // Backwards if `to` lies inside of what is moved. Either way a word is loaded before anything is
    // stored over it, even where the two lie less than a word apart.
    function memmove
    subs r3, r0, r1
    cmp r3, r2
    it hs
    bhs memcpy
    add r1, r2
    add ip, r0, r2
    subs r2, #4
    blo 2f
1:  ldr r3, [r1, #-4]!
    str r3, [ip, #-4]!
    subs r2, #4
    bhs 1b
2:  adds r2, #4 - 1
    bcc 4f
3:  ldrb r3, [r1, #-1]!
    strb r3, [ip, #-1]!
    subs r2, #1
    bhs 3b
4:  end memmove

    // void *memset(void *to, int byte, size_t size)
    function memset
    mov ip, r0
    bfi r1, r1, #8, #8
    bfi r1, r1, #16, #16
    subs r2, #16
    blo 2f
1:  .rept 4
    str r1, [ip], #4
    .endr
    subs r2, #16
    bhs 1b
2:  adds r2, #16 - 4
    bcc 4f
3:  str r1, [ip], #4
    subs r2, #4
    bhs 3b
4:  adds r2, #4 - 1
    bcc 6f
5:  strb r1, [ip], #1
    subs r2, #1
    bhs 5b
6:  end memset
