/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pairs of instructions that become one: an operator, and right before it what makes one of its
 * operands: a product, a shift by a constant, a load.
 */
#include <services/wasm/translator.h>
#include <string.h>

#if WASM_ACCUMULATORS

enum pair_kind { PAIR_PRODUCT, PAIR_SHIFT, PAIR_LOAD };

/* `operation` is the first form; `other_first`, `other_last`: whether it stands for the operator
 * with the other operand on the left, or on the right. */
static const struct {
    uint8_t operator, maker, kind;
    bool other_first, other_last;
    uint16_t operation;
} pairs[] = {{NUMBER_i32_add, NUMBER_i32_mul, PAIR_PRODUCT, true, true, OP_i32_mul_add_s_a},
             {NUMBER_i32_sub, NUMBER_i32_mul, PAIR_PRODUCT, true, false, OP_i32_mul_sub_s_a},
             {NUMBER_f32_add, NUMBER_f32_mul, PAIR_PRODUCT, true, true, OP_f32_mul_add_s_a},
             {NUMBER_f32_sub, NUMBER_f32_mul, PAIR_PRODUCT, true, false, OP_f32_mul_sub_s_a},
             {NUMBER_f32_sub, NUMBER_f32_mul, PAIR_PRODUCT, false, true, OP_f32_mul_less_s_a},
             {NUMBER_f64_add, NUMBER_f64_mul, PAIR_PRODUCT, true, true, OP_f64_mul_add_s_a},
             {NUMBER_f64_sub, NUMBER_f64_mul, PAIR_PRODUCT, true, false, OP_f64_mul_sub_s_a},
             {NUMBER_f64_sub, NUMBER_f64_mul, PAIR_PRODUCT, false, true, OP_f64_mul_less_s_a},
             {NUMBER_i32_add, NUMBER_i32_load, PAIR_LOAD, true, true, OP_i32_load_add_ss_a},
             {NUMBER_i32_xor, NUMBER_i32_load, PAIR_LOAD, true, true, OP_i32_load_xor_ss_a},
             {NUMBER_f32_add, NUMBER_f32_load, PAIR_LOAD, true, true, OP_f32_load_add_ss_a},
             {NUMBER_f32_sub, NUMBER_f32_load, PAIR_LOAD, true, false, OP_f32_load_sub_ss_a},
             {NUMBER_f32_mul, NUMBER_f32_load, PAIR_LOAD, true, true, OP_f32_load_mul_ss_a},
             {NUMBER_f64_add, NUMBER_f64_load, PAIR_LOAD, true, true, OP_f64_load_add_ss_a},
             {NUMBER_f64_sub, NUMBER_f64_load, PAIR_LOAD, true, false, OP_f64_load_sub_ss_a},
             {NUMBER_f64_sub, NUMBER_f64_load, PAIR_LOAD, false, true, OP_f64_load_less_ss_a},
             {NUMBER_f64_mul, NUMBER_f64_load, PAIR_LOAD, true, true, OP_f64_load_mul_ss_a},
#define ROW(type, shift, operator, expression)                                                     \
    {NUMBER_##operator, NUMBER_##shift, PAIR_SHIFT, true, true, OP_##shift##_##operator##_s_a },
             WASM_SHIFTED_LIST(ROW)
#undef ROW
};

/* Whether the last instruction has its operands where the pair's operation takes them from. */
static bool maker_fits(struct translator *t, enum pair_kind kind)
{
    uint32_t offset;

    switch (kind) {
    case PAIR_PRODUCT:
        return t->last.in_slots && t->last.form != FORM_SK && t->last.form != FORM_AK;
    case PAIR_SHIFT:
        return t->last.form == FORM_AK || (t->last.in_slots && t->last.form == FORM_SK);
    default:
        offset = (uint32_t)code_at(t, t->last.index)->imm;
        return (t->last.form == LOAD_S || t->last.form == LOAD_A) && offset <= UINT16_MAX;
    }
}

static void emit_pair(struct translator *t, unsigned op, enum pair_kind kind, uint32_t other,
                      uint8_t type)
{
    struct instruction maker = *code_at(t, t->last.index);
    bool address_held = kind == PAIR_LOAD && t->last.form == LOAD_A, held;
    bool shifted_held = kind == PAIR_SHIFT && !t->last.in_slots; /* and so `other` is not */
    uint32_t offset = t->wanted_offset, place, imm;

    take_back(t);
    held = operand_in_accumulator(t, other);
    place = operand_place(t, other);
    operand_pop(t);
    operand_pop(t);
    if (kind == PAIR_PRODUCT)
        imm = maker.rhs | place << 16;
    else if (kind == PAIR_SHIFT)
        imm = place | ((uint32_t)maker.imm & (type == WASM_I64 ? 63 : 31)) << 16;
    else
        imm = place | (uint32_t)maker.imm << 16;
    emit_result(t, op + (held + 2 * (address_held || shifted_held)) * TARGET_COUNT, maker.lhs,
                (int32_t)imm, type, 0, 0);
    if (op == OP_i32_shl_i32_add_s_a && !held) {
        t->last.opcode = NUMBER_i32_add;
        t->last.form = FORM_SHIFTED;
        t->last.in_slots = !shifted_held;
    }
    if (kind == PAIR_LOAD && t->wanted == t->last.index)
        t->wanted_offset = offset; /* it is the load that can trap */
}

bool translate_pair(struct translator *t, unsigned opcode)
{
    uint32_t lhs = t->operand_count - 2, rhs = t->operand_count - 1;
    bool last = operand_is_last(t, rhs); /* the right operand is what was just made */
    uint32_t other = last ? lhs : rhs;

    if (t->last.opcode == 0 || !(last || operand_is_last(t, lhs)) ||
        operand_at(t, other)->kind == CONSTANT || operand_at(t, other)->kind == IN_ACCUMULATOR)
        return false;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (opcode == pairs[i].operator&& t->last.opcode == pairs[i].maker &&(
                          last ? pairs[i].other_first : pairs[i].other_last) &&
            maker_fits(t, pairs[i].kind)) {
            emit_pair(t, pairs[i].operation, pairs[i].kind, other, opcode_info[opcode].out);
            return true;
        }
    }
    return false;
}

#else

bool translate_pair(struct translator *t, unsigned opcode)
{
    (void)t, (void)opcode;
    return false;
}

#endif
