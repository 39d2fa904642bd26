/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What an instruction of the binary format takes and gives, for the validator and the translator.
 */
#ifndef SERVICES_WASM_OPCODE_H
#define SERVICES_WASM_OPCODE_H

#include <services/wasm/numeric.h>
#include <services/wasm/reader.h>

/* Instructions that are no row of numeric.h (core 2.0, 5.4). */
enum opcode {
    OPCODE_UNREACHABLE = 0x00,
    OPCODE_NOP = 0x01,
    OPCODE_BLOCK = 0x02,
    OPCODE_LOOP = 0x03,
    OPCODE_IF = 0x04,
    OPCODE_ELSE = 0x05,
    OPCODE_END = 0x0B,
    OPCODE_BR = 0x0C,
    OPCODE_BR_IF = 0x0D,
    OPCODE_BR_TABLE = 0x0E,
    OPCODE_RETURN = 0x0F,
    OPCODE_CALL = 0x10,
    OPCODE_CALL_INDIRECT = 0x11,
    OPCODE_DROP = 0x1A,
    OPCODE_SELECT = 0x1B,
    OPCODE_SELECT_TYPED = 0x1C,
    OPCODE_LOCAL_GET = 0x20,
    OPCODE_LOCAL_SET = 0x21,
    OPCODE_LOCAL_TEE = 0x22,
    OPCODE_GLOBAL_GET = 0x23,
    OPCODE_GLOBAL_SET = 0x24,
    OPCODE_TABLE_GET = 0x25,
    OPCODE_TABLE_SET = 0x26,
    OPCODE_MEMORY_SIZE = 0x3F,
    OPCODE_MEMORY_GROW = 0x40,
    OPCODE_I32_CONST = 0x41,
    OPCODE_I64_CONST = 0x42,
    OPCODE_F32_CONST = 0x43,
    OPCODE_F64_CONST = 0x44,
    OPCODE_I32_EQZ = 0x45,
    OPCODE_I64_EQZ = 0x50,
    OPCODE_REF_NULL = 0xD0,
    OPCODE_REF_IS_NULL = 0xD1,
    OPCODE_REF_FUNC = 0xD2,
    OPCODE_MEMORY_INIT = OPCODE_PREFIXED + 8,
    OPCODE_DATA_DROP = OPCODE_PREFIXED + 9,
    OPCODE_MEMORY_COPY = OPCODE_PREFIXED + 10,
    OPCODE_MEMORY_FILL = OPCODE_PREFIXED + 11,
    OPCODE_TABLE_INIT = OPCODE_PREFIXED + 12,
    OPCODE_ELEM_DROP = OPCODE_PREFIXED + 13,
    OPCODE_TABLE_COPY = OPCODE_PREFIXED + 14,
    OPCODE_TABLE_GROW = OPCODE_PREFIXED + 15,
    OPCODE_TABLE_SIZE = OPCODE_PREFIXED + 16,
    OPCODE_TABLE_FILL = OPCODE_PREFIXED + 17,
    OPCODE_COUNT = OPCODE_PREFIXED + 18,
};

/* The numbers of numeric.h's instructions, by name. */
/* clang-format off */
enum {
#define ROW(opcode, name, ...) NUMBER_##name = opcode,
    WASM_BINARY_LIST(ROW)
    WASM_DIVIDE_LIST(ROW)
    WASM_INTEGER_COMPARE_LIST(ROW)
    WASM_FLOAT_COMPARE_LIST(ROW)
    WASM_UNARY_LIST(ROW)
    WASM_TRUNCATE_LIST(ROW)
    WASM_LOAD_LIST(ROW)
    WASM_STORE_LIST(ROW)
#undef ROW
};
/* clang-format on */

/* What is done with an instruction of numeric.h; NONE for every other number. */
enum opcode_family {
    FAMILY_NONE,
    FAMILY_BINARY,
    FAMILY_COMPARE,
    FAMILY_UNARY,
    FAMILY_LOAD,
    FAMILY_STORE,
};

/* A row: operands are all of one type, but a store's are an address and a value of `in`. */
struct opcode_info {
    uint8_t family; /* enum opcode_family */
    uint8_t in;     /* enum wasm_type of the operands (a load's is I32, the address) */
    uint8_t out;    /* enum wasm_type of the result; 0 for a store */
    uint8_t align;  /* of loads and stores: the largest permitted alignment, as a power of two */
};

extern const struct opcode_info opcode_info[OPCODE_COUNT];

/* Reads an instruction's number, the prefix 0xFC folded in. An instruction that 2.0 without vectors
 * lacks fails the reader: ERR_UNSUPPORTED with the feature's name where another version has it. */
unsigned opcode_read(struct reader *reader);

/* Whether a byte is a value type here; fails the reader where it is not, naming the feature. */
bool value_type_check(struct reader *reader, const uint8_t *at, uint8_t type);

/* The comparison that is true when this one is false; 0 for floats, which have none because of NaN.
 */
unsigned compare_inverse(unsigned opcode);

/* The comparison that says the same with its operands swapped. */
unsigned compare_swapped(unsigned opcode);

/* Whether a binary operator gives the same with its operands swapped. */
bool is_commutative(unsigned opcode);

/* Skips what follows an instruction's number. */
void immediates_skip(struct reader *reader, unsigned opcode);

/* Whether a type is a reference type. */
bool type_is_reference(uint8_t type);

#endif
