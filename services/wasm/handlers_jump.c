/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Handlers of jumps on comparisons: forward, and back to the head of a loop, where fuel is counted.
 * A jump on a comparison with a 32-bit constant has its distance in `dst`, any other in `imm`.
 */
#include <services/wasm/handlers.h>

#define FORWARD(distance) NEXT(distance)
#define BACK(distance)                                                                             \
    do {                                                                                           \
        pc += (distance);                                                                          \
        if (FUEL_GONE())                                                                           \
            LEAVE(out_of_fuel);                                                                    \
        CONTINUE;                                                                                  \
    } while (0)

/* Where the distance is when the other operand is a constant: 64-bit constants leave imm free. */
#define distance_I32 (int16_t) pc->dst
#define distance_F32 (int16_t) pc->dst
#define distance_I64 pc->imm
#define distance_F64 pc->imm

#define JUMP(name, GO, sense, condition, left, right, type, distance, length)                      \
    void op_##name(REGISTERS)                                                                      \
    {                                                                                              \
        type_##type a = left, b = right;                                                           \
                                                                                                   \
        if (sense(condition))                                                                      \
            GO(distance);                                                                          \
        NEXT(length);                                                                              \
    }

#if WASM_ACCUMULATORS
#define JUMP_FORMS(name, GO, sense, condition, type)                                               \
    JUMP(name##_ss, GO, sense, condition, slot_##type(pc->lhs), slot_##type(pc->dst), type,        \
         pc->imm, 1)                                                                               \
    JUMP(name##_sa, GO, sense, condition, slot_##type(pc->lhs), held_##type, type, pc->imm, 1)     \
    JUMP(name##_as, GO, sense, condition, held_##type, slot_##type(pc->dst), type, pc->imm, 1)     \
    JUMP(name##_sk, GO, sense, condition, slot_##type(pc->lhs), constant_##type, type,             \
         distance_##type, length_##type)                                                           \
    JUMP(name##_ak, GO, sense, condition, held_##type, constant_##type, type, distance_##type,     \
         length_##type)
#else
#define JUMP_FORMS(name, GO, sense, condition, type)                                               \
    JUMP(name##_ss, GO, sense, condition, slot_##type(pc->lhs), slot_##type(pc->dst), type,        \
         pc->imm, 1)                                                                               \
    JUMP(name##_sk, GO, sense, condition, slot_##type(pc->lhs), constant_##type, type,             \
         distance_##type, length_##type)
#endif

#define ROW(opcode, name, type, expression)                                                        \
    JUMP_FORMS(name##_jump, FORWARD, , expression, type)                                           \
    JUMP_FORMS(name##_loop, BACK, , expression, type)
WASM_INTEGER_COMPARE_LIST(ROW)
#undef ROW

#if WASM_ACCUMULATORS
/* Adds `aux` to the counter in slot `lhs` and jumps by `dst`; the other operand is slot or constant
 * `rhs`. */
#define COUNT(name, condition, other)                                                              \
    void op_##name(REGISTERS)                                                                      \
    {                                                                                              \
        uint32_t a = slot_I32(pc->lhs) + (uint32_t)(int16_t)pc->aux, b = other;                    \
                                                                                                   \
        put_I32(pc->lhs, a);                                                                       \
        hold_I32(a);                                                                               \
        if (condition)                                                                             \
            BACK((int16_t)pc->dst);                                                                \
        NEXT(1);                                                                                   \
    }

#define ROW(name, condition)                                                                       \
    COUNT(name##_count_s, condition, slot_I32(pc->rhs))                                            \
    COUNT(name##_count_k, condition, pc->rhs)
WASM_COUNT_LIST(ROW)
#undef ROW

#define ROW(opcode, name, type, expression)                                                        \
    JUMP_FORMS(name##_jump, FORWARD, , expression, type)                                           \
    JUMP_FORMS(name##_loop, BACK, , expression, type)                                              \
    JUMP_FORMS(name##_jump_not, FORWARD, !, expression, type)                                      \
    JUMP_FORMS(name##_loop_not, BACK, !, expression, type)
WASM_FLOAT_COMPARE_LIST(ROW)
#undef ROW
#endif

void op_jump(REGISTERS)
{
    NEXT(pc->imm);
}

void op_jump_loop(REGISTERS)
{
    BACK(pc->imm);
}

#if WASM_ACCUMULATORS
/* Adds `dst` to slot `lhs` and jumps. */
#define STEP() put_I32(pc->lhs, slot_I32(pc->lhs) + (uint32_t)(int16_t)pc->dst)

void op_step_jump(REGISTERS)
{
    STEP();
    NEXT(pc->imm);
}

void op_step_loop(REGISTERS)
{
    STEP();
    BACK(pc->imm);
}
#endif

/* `imm` is the number of the last entry, the default; entries follow as 32-bit distances. */
#define JUMP_TABLE(name, selector)                                                                 \
    void op_##name(REGISTERS)                                                                      \
    {                                                                                              \
        uint32_t entry = selector;                                                                 \
        int32_t distance;                                                                          \
                                                                                                   \
        if (entry > (uint32_t)pc->imm)                                                             \
            entry = (uint32_t)pc->imm;                                                             \
        __builtin_memcpy(&distance, (const uint8_t *)(pc + 1) + (size_t)entry * sizeof distance,   \
                         sizeof distance);                                                         \
        NEXT(distance);                                                                            \
    }

JUMP_TABLE(jump_table, fp[pc->lhs].u32)
#if WASM_ACCUMULATORS
JUMP_TABLE(jump_table_held, held_I32)
#endif
