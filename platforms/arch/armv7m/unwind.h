/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Backtraces by the unwind tables that the compiler writes (-funwind-tables; Arm, "Exception
 * Handling ABI", IHI 0038): eight bytes for most functions, and exact, while Thumb code has no
 * frame pointers that could be followed and a search of the stack for what looks like return
 * addresses finds stale ones as well.
 *
 * What it can't do: the tables describe a function's body, so that a fault within a prologue or
 * epilogue may cost the frame's caller; and where the hardware found no room for the registers of
 * the interrupted code there is nothing to begin with. Then, and only then, unwind_scan searches.
 */
#ifndef ARMV7M_UNWIND_H
#define ARMV7M_UNWIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REGISTER_SP = 13, REGISTER_LR = 14, REGISTER_PC = 15 };

/* The registers of a frame and the memory that may be read to find those of its caller. */
struct unwind {
    uint32_t r[16];
    uint32_t stack_low; /* [low, high) holds sp, or both are equal: no stack may be read */
    uint32_t stack_high;
};

/* One row of the index table: a function, and how to leave it. */
struct unwind_index {
    uint32_t function; /* relative to its own place, 31 bits */
    uint32_t content;
};

/* Executes one frame's unwinding instructions, `count` bytes, on `unwind`: sp becomes the caller's,
 * pc the return address. False if they refuse, are damaged or leave the stack. Any context. */
bool unwind_execute(struct unwind *unwind, const uint8_t *instructions, size_t count);

/* True if an instruction of the image lies at `address`. The vector table does not count. */
bool unwind_is_code(uint32_t address);

/* Stores the return addresses above the frame in `unwind`, innermost first, at most `limit`;
 * returns how many. Any context. */
unsigned unwind_walk(struct unwind *unwind, uintptr_t *addresses, unsigned limit);

/* Stores every word of the stack from `unwind`'s sp upwards that is an address after a call, but
 * for the first `skip`; at most `limit`. Returns how many. Any context. */
unsigned unwind_scan(const struct unwind *unwind, unsigned skip, uintptr_t *addresses,
                     unsigned limit);

#endif
