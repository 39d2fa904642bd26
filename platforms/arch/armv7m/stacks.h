/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Which stack an address lies in; nothing reads a stack without knowing its bounds.
 */
#ifndef ARMV7M_STACKS_H
#define ARMV7M_STACKS_H

#include <stdbool.h>
#include <stdint.h>

/* Finds the stack of the board that holds `address` (its top counts too) and stores its bounds
 * without the guard. False if none does. Any context. */
bool stack_find(uint32_t address, uint32_t *low, uint32_t *high);

/* True if `address` lies in the guard of one of the board's stacks. Any context. */
bool stack_is_guard(uintptr_t address);

/* Bytes that an exception took of the interrupted stack: 8 words, 26 with the FPU's, and one of
 * padding if xPSR bit 9 says so (Armv7-M ARM, B1.5.7). Any context. */
uint32_t exception_frame_size(uint32_t exception_return, uint32_t xpsr);

#endif
