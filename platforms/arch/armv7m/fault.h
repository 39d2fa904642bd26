/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the core says about a fault, and what it means. The meaning is a pure function
 * (fault_decode), which unit tests call on the host.
 */
#ifndef ARMV7M_FAULT_H
#define ARMV7M_FAULT_H

#include <kernel/panic.h>
#include <stdbool.h>
#include <stdint.h>

/* What vectors.S saved of the interrupted code before anything could change it. */
struct fault_frame {
    uint32_t main_stack; /* MSP and PSP as the exception left them */
    uint32_t process_stack;
    uint32_t exception_return; /* says which of them holds the exception's frame */
    uint32_t exception;
    uint32_t r[12]; /* r4 to r11 are the interrupted code's */
};

/* What the hardware stacked (Armv7-M ARM, B1.5.6). */
struct exception_frame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr;
};

/* Registers of the interrupted code, and why it was interrupted. */
struct fault_registers {
    uint32_t r[13];
    uint32_t sp, lr, pc, xpsr;
    uint32_t exception;
    uint32_t cfsr, hfsr, mmfar, bfar;
    bool stacked; /* false: no room on the stack, so r12, lr, pc and xpsr are lost */
};

/* Bits of CFSR (B3.2.15) that others than fault_decode look at. */
#define CFSR_DACCVIOL    (1u << 1)
#define CFSR_MSTKERR     (1u << 4)
#define CFSR_MMARVALID   (1u << 7)
#define CFSR_IMPRECISERR (1u << 10) /* of some access before, maybe another task's */
#define CFSR_STKERR      (1u << 12)
#define CFSR_BFARVALID   (1u << 15)
#define CFSR_UNDEFINSTR  (1u << 16)
#define CFSR_STKOF       (1u << 20) /* Armv8-M */

/* Says what the registers mean. `instruction` is the first halfword at pc, or 0 if that cannot be
 * read: the core does not tell loads from stores, the instruction does. Any context. */
struct fault fault_decode(const struct fault_registers *registers, uint16_t instruction);

#endif
