/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The table of instructions, printed from numeric.h.
 */
#include <services/wasm/opcode.h>
#include <services/wasm/refused.h>

/* clang-format off */
const struct opcode_info opcode_info[OPCODE_COUNT] = {
    [OPCODE_I32_EQZ] = {FAMILY_COMPARE, WASM_I32, WASM_I32, 0},
    [OPCODE_I64_EQZ] = {FAMILY_COMPARE, WASM_I64, WASM_I32, 0},
#define ROW(opcode, name, type, expression) [opcode] = {FAMILY_BINARY, WASM_##type, WASM_##type, 0},
    WASM_BINARY_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type) [opcode] = {FAMILY_BINARY, WASM_##type, WASM_##type, 0},
    WASM_DIVIDE_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type, expression) [opcode] = {FAMILY_COMPARE, WASM_##type, WASM_I32, 0},
    WASM_INTEGER_COMPARE_LIST(ROW)
    WASM_FLOAT_COMPARE_LIST(ROW)
#undef ROW
#define ROW(opcode, name, in, out, expression) [opcode] = {FAMILY_UNARY, WASM_##in, WASM_##out, 0},
    WASM_UNARY_LIST(ROW)
#undef ROW
#define ROW(opcode, name, in, out, ctype, low, high)                                               \
    [opcode] = {FAMILY_UNARY, WASM_##in, WASM_##out, 0},
    WASM_TRUNCATE_LIST(ROW)
#undef ROW
#define LOG2(size) ((size) == 8 ? 3 : (size) == 4 ? 2 : (size) == 2 ? 1 : 0)
#define ROW(opcode, name, type, memory)                                                            \
    [opcode] = {FAMILY_LOAD, WASM_I32, WASM_##type, LOG2(sizeof(memory))},
    WASM_LOAD_LIST(ROW)
#undef ROW
#define ROW(opcode, name, type, memory)                                                            \
    [opcode] = {FAMILY_STORE, WASM_##type, 0, LOG2(sizeof(memory))},
    WASM_STORE_LIST(ROW)
#undef ROW
};
/* clang-format on */

static bool is_control(unsigned byte)
{
    return (byte <= OPCODE_ELSE) || (byte >= OPCODE_END && byte <= OPCODE_CALL_INDIRECT) ||
           (byte >= OPCODE_DROP && byte <= OPCODE_SELECT_TYPED) ||
           (byte >= OPCODE_LOCAL_GET && byte <= OPCODE_TABLE_SET) ||
           (byte >= OPCODE_MEMORY_SIZE && byte <= OPCODE_F64_CONST) ||
           (byte >= OPCODE_REF_NULL && byte <= OPCODE_REF_FUNC);
}

unsigned opcode_read(struct reader *reader)
{
    const uint8_t *at = reader->cursor;
    unsigned byte = read_byte(reader);

    if (byte == 0xFC) {
        uint32_t number = read_u32(reader);

        if (number < OPCODE_COUNT - OPCODE_PREFIXED)
            return OPCODE_PREFIXED + number;
        refuse(reader, at, REFUSED_PREFIXED, number, "illegal opcode");
        return OPCODE_UNREACHABLE;
    }
    if (byte < OPCODE_PREFIXED && (opcode_info[byte].family != FAMILY_NONE || is_control(byte)))
        return byte;
    refuse(reader, at, REFUSED_OPCODE, byte, "illegal opcode");
    return OPCODE_UNREACHABLE;
}

bool type_is_reference(uint8_t type)
{
    return type == WASM_FUNCREF || type == WASM_EXTERNREF;
}

bool value_type_check(struct reader *reader, const uint8_t *at, uint8_t type)
{
    if ((type >= WASM_F64 && type <= WASM_I32) || type_is_reference(type))
        return true;
    refuse(reader, at, REFUSED_VALUE_TYPE, type, "malformed value type");
    return false;
}

/* Integer comparisons stand in the order eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u, floats in
 * the order eq ne lt gt le ge. */
unsigned compare_inverse(unsigned opcode)
{
    unsigned first = opcode <= NUMBER_i32_ge_u ? NUMBER_i32_eq : NUMBER_i64_eq;
    unsigned place = opcode - first;

    if (opcode > NUMBER_i64_ge_u)
        return 0;
    return place < 2 ? first + (place ^ 1) : first + 2 + ((place - 2) ^ 6);
}

unsigned compare_swapped(unsigned opcode)
{
    static const struct {
        uint8_t first, last, flip;
    } orders[] = {{NUMBER_i32_lt_s, NUMBER_i32_ge_u, 2},
                  {NUMBER_i64_lt_s, NUMBER_i64_ge_u, 2},
                  {NUMBER_f32_lt, NUMBER_f32_ge, 1},
                  {NUMBER_f64_lt, NUMBER_f64_ge, 1}};

    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (opcode >= orders[i].first && opcode <= orders[i].last)
            return orders[i].first + ((opcode - orders[i].first) ^ orders[i].flip);
    }
    return opcode;
}

bool is_commutative(unsigned opcode)
{
    switch (opcode) {
    case NUMBER_i32_add:
    case NUMBER_i32_mul:
    case NUMBER_i32_and:
    case NUMBER_i32_or:
    case NUMBER_i32_xor:
    case NUMBER_i64_add:
    case NUMBER_i64_mul:
    case NUMBER_i64_and:
    case NUMBER_i64_or:
    case NUMBER_i64_xor:
    case NUMBER_f32_add:
    case NUMBER_f32_mul:
    case NUMBER_f64_add:
    case NUMBER_f64_mul:
        return true;
    default:
        return false;
    }
}

/* How many indices and the like follow; not for what immediates_skip knows. */
static unsigned number_count(unsigned opcode)
{
    switch (opcode) {
    case OPCODE_CALL_INDIRECT:
    case OPCODE_MEMORY_INIT:
    case OPCODE_MEMORY_COPY:
    case OPCODE_TABLE_INIT:
    case OPCODE_TABLE_COPY:
        return 2;
    case OPCODE_BR:
    case OPCODE_BR_IF:
    case OPCODE_CALL:
    case OPCODE_LOCAL_GET:
    case OPCODE_LOCAL_SET:
    case OPCODE_LOCAL_TEE:
    case OPCODE_GLOBAL_GET:
    case OPCODE_GLOBAL_SET:
    case OPCODE_TABLE_GET:
    case OPCODE_TABLE_SET:
    case OPCODE_MEMORY_SIZE:
    case OPCODE_MEMORY_GROW:
    case OPCODE_REF_NULL:
    case OPCODE_REF_FUNC:
    case OPCODE_DATA_DROP:
    case OPCODE_MEMORY_FILL:
    case OPCODE_ELEM_DROP:
    case OPCODE_TABLE_GROW:
    case OPCODE_TABLE_SIZE:
    case OPCODE_TABLE_FILL:
        return 1;
    default:
        return opcode_info[opcode].family == FAMILY_LOAD ||
                       opcode_info[opcode].family == FAMILY_STORE
                   ? 2
                   : 0;
    }
}

static void skip_numbers(struct reader *reader, unsigned count)
{
    while (count-- > 0)
        read_u32(reader);
}

void immediates_skip(struct reader *reader, unsigned opcode)
{
    switch (opcode) {
    case OPCODE_BLOCK:
    case OPCODE_LOOP:
    case OPCODE_IF:
        read_i33(reader);
        break;
    case OPCODE_BR_TABLE:
        skip_numbers(reader, read_u32(reader) + 1);
        break;
    case OPCODE_SELECT_TYPED:
        read_bytes(reader, read_u32(reader));
        break;
    case OPCODE_I32_CONST:
        read_i32(reader);
        break;
    case OPCODE_I64_CONST:
        read_i64(reader);
        break;
    case OPCODE_F32_CONST:
        read_bytes(reader, 4);
        break;
    case OPCODE_F64_CONST:
        read_bytes(reader, 8);
        break;
    default:
        skip_numbers(reader, number_count(opcode));
    }
}
