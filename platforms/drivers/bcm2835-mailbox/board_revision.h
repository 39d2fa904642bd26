/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The revision code of a Raspberry Pi ("Raspberry Pi hardware", new-style revision codes): bit 23
 * says that it is a new one, bits 20 to 22 how much memory the board has.
 */
#ifndef BOARD_REVISION_H
#define BOARD_REVISION_H

#include <stdint.h>

/* Bytes of memory on a board of that revision; 0 if the code is of the old style, which does not
 * tell. */
static inline uint64_t board_revision_memory(uint32_t revision)
{
    enum { NEW_STYLE = 1 << 23, MEMORY_SHIFT = 20, MEMORY_MASK = 7 };
    const uint64_t smallest = UINT64_C(256) << 20;

    return revision & NEW_STYLE ? smallest << (revision >> MEMORY_SHIFT & MEMORY_MASK) : 0;
}

#endif
