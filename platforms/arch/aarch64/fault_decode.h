/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the syndrome register says about a fault, in words (Arm ARM DDI 0487, ESR_EL1). Pure.
 */
#ifndef AARCH64_FAULT_DECODE_H
#define AARCH64_FAULT_DECODE_H

#include <stdint.h>

struct fault;

/* The interrupted code's registers, as vectors.S saves them. */
struct fault_frame {
    uint64_t x[31];
    uint64_t sp;
    uint64_t pc;
    uint64_t pstate;
    uint64_t syndrome; /* ESR_EL1 */
    uint64_t address;  /* FAR_EL1 */
};

_Static_assert(sizeof(struct fault_frame) == 36 * 8, "vectors.S");

/* ESR_EL1.EC: the exception's class. */
static inline unsigned fault_class(uint64_t syndrome)
{
    return (unsigned)(syndrome >> 26) & 63;
}

enum { FAULT_CLASS_UNDEFINED = 0 };

/* Fills `fault` from the frame of a synchronous exception. Its texts are static; its registers are
 * the frame, borrowed. */
void fault_decode(const struct fault_frame *frame, struct fault *fault);

#endif
