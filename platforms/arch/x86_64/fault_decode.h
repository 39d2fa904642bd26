/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU says about an exception, in words (SDM 3, 6.15). Pure.
 */
#ifndef X86_64_FAULT_DECODE_H
#define X86_64_FAULT_DECODE_H

#include <stdint.h>

struct fault;

/* The interrupted code's registers, as vectors.S and the CPU save them. */
struct fault_frame {
    uint64_t cr2; /* the address that a page fault is about */
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
    uint64_t vector;
    uint64_t error; /* 0 where the exception has none */
    uint64_t rip, cs, rflags, rsp, ss;
};

_Static_assert(sizeof(struct fault_frame) == 23 * 8, "vectors.S");

/* Fills `fault` from an exception's frame. Its texts are static; its registers are the frame,
 * borrowed. */
void fault_decode(const struct fault_frame *frame, struct fault *fault);

#endif
