/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The canonical state as bytes, version 1. All numbers are little endian.
 *
 *   u32 magic (two kinds), u32 version, u8 phase (enum state_phase), u32 entry function, u32 frames
 *   prepared: the arguments, a value each
 *   each frame, the outermost first:
 *     u32 function, u32 offset of the instruction in the module, u8 position (enum position)
 *     u32 locals, a value each; u32 operands, each u8 type and value
 *   the mutable globals, a value each
 *   u32 tables, each: u32 entries, a value each
 *   u32 pages of memory; for each block of 4 KiB that is not all zero, or that is wanted,
 *     u32 number and its bytes; u32 0xFFFFFFFF
 *   u32 element segments, a byte each: dropped; u32 data segments, likewise
 *
 * A value is a u64: numbers by their bits, references as null 0, function index plus one, external
 * handle plus one. Operands of a frame whose call is under way are those below the arguments.
 */
#ifndef SERVICES_WASM_STATE_H
#define SERVICES_WASM_STATE_H

#include <services/wasm/machine.h>

#define STATE_MAGIC      0x53575652u /* "RVWS" */
#define STATE_MAGIC_SOME 0x44575652u /* "RVWD": blocks that are not there are as before */
#define STATE_VERSION    1u
#define STATE_BLOCK      4096u
#define STATE_BLOCKS_END UINT32_MAX

/* What is to happen next. */
enum state_phase { PHASE_IDLE, PHASE_PREPARED, PHASE_RUNNING, PHASE_PENDING, PHASE_COUNT };

/* Where in a frame: about to run a loop's first instruction or a call, or within a call. */
enum position { AT_LOOP, AT_CALL, IN_CALL, POSITION_COUNT };

/* Whether a safepoint can be that position. */
static inline bool position_matches(const struct safepoint *safepoint, uint8_t position)
{
    return safepoint->call == (position != AT_LOOP);
}

/* The operands that are in the frame at a position. */
static inline uint32_t position_operands(const struct safepoint *safepoint, uint8_t position,
                                         uint32_t count)
{
    return position == IN_CALL ? count - safepoint->arguments : count;
}

#endif
