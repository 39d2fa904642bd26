/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Handlers of the operators of numeric.h: arithmetic, comparisons, conversions. Each list prints
 * first what the operators compute, then a handler for each form.
 */
#include <services/wasm/handlers.h>

#define BINARY(base, form, to, in, out, left, right, length)                                       \
    void op_##base##form##_##to(REGISTERS)                                                         \
    {                                                                                              \
        TO_##to(out, compute_##base(left, right));                                                 \
        NEXT(length);                                                                              \
    }

#define UNARY(base, form, to, out, operand)                                                        \
    void op_##base##form##_##to(REGISTERS)                                                         \
    {                                                                                              \
        TO_##to(out, compute_##base(operand));                                                     \
        NEXT(1);                                                                                   \
    }

/* As above, for what can trap: compute_ returns the trap. */
#define DIVIDE(base, form, to, in, out, left, right, length)                                       \
    void op_##base##form##_##to(REGISTERS)                                                         \
    {                                                                                              \
        type_##out result;                                                                         \
        enum wasm_trap trap = compute_##base(left, right, &result);                                \
                                                                                                   \
        if (UNLIKELY(trap)) {                                                                      \
            m->trap = (uint8_t)trap;                                                               \
            LEAVE(trap);                                                                           \
        }                                                                                          \
        TO_##to(out, result);                                                                      \
        NEXT(length);                                                                              \
    }

#define TRUNCATE(base, form, to, out, operand)                                                     \
    void op_##base##form##_##to(REGISTERS)                                                         \
    {                                                                                              \
        type_##out result;                                                                         \
        enum wasm_trap trap = compute_##base(operand, &result);                                    \
                                                                                                   \
        if (UNLIKELY(trap)) {                                                                      \
            m->trap = (uint8_t)trap;                                                               \
            LEAVE(trap);                                                                           \
        }                                                                                          \
        TO_##to(out, result);                                                                      \
        NEXT(1);                                                                                   \
    }

#if WASM_ACCUMULATORS
#define BINARY_FORMS(HANDLER, base, in, out)                                                       \
    HANDLER(base, _ss, a, in, out, slot_##in(pc->lhs), slot_##in(pc->rhs), 1)                      \
    HANDLER(base, _ss, s, in, out, slot_##in(pc->lhs), slot_##in(pc->rhs), 1)                      \
    HANDLER(base, _sa, a, in, out, slot_##in(pc->lhs), held_##in, 1)                               \
    HANDLER(base, _sa, s, in, out, slot_##in(pc->lhs), held_##in, 1)                               \
    HANDLER(base, _as, a, in, out, held_##in, slot_##in(pc->rhs), 1)                               \
    HANDLER(base, _as, s, in, out, held_##in, slot_##in(pc->rhs), 1)                               \
    HANDLER(base, _sk, a, in, out, slot_##in(pc->lhs), constant_##in, length_##in)                 \
    HANDLER(base, _sk, s, in, out, slot_##in(pc->lhs), constant_##in, length_##in)                 \
    HANDLER(base, _ak, a, in, out, held_##in, constant_##in, length_##in)                          \
    HANDLER(base, _ak, s, in, out, held_##in, constant_##in, length_##in)
#define UNARY_FORMS(HANDLER, base, in, out)                                                        \
    HANDLER(base, _s, a, out, slot_##in(pc->lhs))                                                  \
    HANDLER(base, _s, s, out, slot_##in(pc->lhs))                                                  \
    HANDLER(base, _a, a, out, held_##in)                                                           \
    HANDLER(base, _a, s, out, held_##in)
#else
#define BINARY_FORMS(HANDLER, base, in, out)                                                       \
    HANDLER(base, _ss, s, in, out, slot_##in(pc->lhs), slot_##in(pc->rhs), 1)                      \
    HANDLER(base, _sk, s, in, out, slot_##in(pc->lhs), constant_##in, length_##in)
#define UNARY_FORMS(HANDLER, base, in, out) HANDLER(base, _s, s, out, slot_##in(pc->lhs))
#endif

#define ROW(opcode, name, type, expression)                                                        \
    static inline type_##type compute_##name(type_##type a, type_##type b)                         \
    {                                                                                              \
        return expression;                                                                         \
    }                                                                                              \
    BINARY_FORMS(BINARY, name, type, type)
WASM_BINARY_LIST(ROW)
#undef ROW

#define ROW(opcode, name, type, expression)                                                        \
    static inline uint32_t compute_##name(type_##type a, type_##type b)                            \
    {                                                                                              \
        return expression;                                                                         \
    }                                                                                              \
    BINARY_FORMS(BINARY, name, type, I32)
WASM_INTEGER_COMPARE_LIST(ROW)
WASM_FLOAT_COMPARE_LIST(ROW)
#undef ROW

#define ROW(opcode, name, in, out, expression)                                                     \
    static inline type_##out compute_##name(type_##in a)                                           \
    {                                                                                              \
        return expression;                                                                         \
    }                                                                                              \
    UNARY_FORMS(UNARY, name, in, out)
WASM_UNARY_LIST(ROW)
#undef ROW

#if WASM_ACCUMULATORS
/* Pairs: c is in the accumulator or a slot, `aux` for products, `rhs` for shifts by `aux`; what is
 * shifted is in a slot or (h) in the accumulator. */
#define PAIR(name, form, to, type, first, left, other, expression)                                 \
    void op_##name##_##form##_##to(REGISTERS)                                                      \
    {                                                                                              \
        type_##type a = first, left, c = other;                                                    \
                                                                                                   \
        TO_##to(type, expression);                                                                 \
        NEXT(1);                                                                                   \
    }
#define PAIR_FORMS(name, type, left, slot, expression)                                             \
    PAIR(name, s, a, type, slot_##type(pc->lhs), left, slot_##type(slot), expression)              \
    PAIR(name, s, s, type, slot_##type(pc->lhs), left, slot_##type(slot), expression)              \
    PAIR(name, a, a, type, slot_##type(pc->lhs), left, held_##type, expression)                    \
    PAIR(name, a, s, type, slot_##type(pc->lhs), left, held_##type, expression)

#define ROW(name, type, expression)                                                                \
    PAIR_FORMS(name, type, b = slot_##type(pc->rhs), pc->aux, expression)
WASM_PRODUCT_LIST(ROW)
#undef ROW
#define ROW(type, shift, operator, expression)                                                     \
    PAIR_FORMS(shift##_##operator, type, k = pc->aux, pc->rhs, expression)                         \
    PAIR(shift##_##operator, h, a, type, held_##type, k = pc->aux, slot_##type(pc->rhs),           \
         expression)                                                                               \
    PAIR(shift##_##operator, h, s, type, held_##type, k = pc->aux, slot_##type(pc->rhs), expression)
WASM_SHIFTED_LIST(ROW)
#undef ROW
#endif

/* Division (core 2.0, 4.3.2): by zero traps, and so does the one quotient that does not fit; its
 * remainder is 0. */
#define DIVISION(bits)                                                                             \
    static inline enum wasm_trap compute_i##bits##_div_s(uint##bits##_t a, uint##bits##_t b,       \
                                                         uint##bits##_t *result)                   \
    {                                                                                              \
        if (b == 0)                                                                                \
            return WASM_TRAP_DIVIDE_BY_ZERO;                                                       \
        if (a == (uint##bits##_t)INT##bits##_MIN && b == (uint##bits##_t) - 1)                     \
            return WASM_TRAP_INTEGER_OVERFLOW;                                                     \
        *result = (uint##bits##_t)((int##bits##_t)a / (int##bits##_t)b);                           \
        return WASM_TRAP_NONE;                                                                     \
    }                                                                                              \
    static inline enum wasm_trap compute_i##bits##_div_u(uint##bits##_t a, uint##bits##_t b,       \
                                                         uint##bits##_t *result)                   \
    {                                                                                              \
        if (b == 0)                                                                                \
            return WASM_TRAP_DIVIDE_BY_ZERO;                                                       \
        *result = a / b;                                                                           \
        return WASM_TRAP_NONE;                                                                     \
    }                                                                                              \
    static inline enum wasm_trap compute_i##bits##_rem_s(uint##bits##_t a, uint##bits##_t b,       \
                                                         uint##bits##_t *result)                   \
    {                                                                                              \
        if (b == 0)                                                                                \
            return WASM_TRAP_DIVIDE_BY_ZERO;                                                       \
        *result =                                                                                  \
            b == (uint##bits##_t) - 1 ? 0 : (uint##bits##_t)((int##bits##_t)a % (int##bits##_t)b); \
        return WASM_TRAP_NONE;                                                                     \
    }                                                                                              \
    static inline enum wasm_trap compute_i##bits##_rem_u(uint##bits##_t a, uint##bits##_t b,       \
                                                         uint##bits##_t *result)                   \
    {                                                                                              \
        if (b == 0)                                                                                \
            return WASM_TRAP_DIVIDE_BY_ZERO;                                                       \
        *result = a % b;                                                                           \
        return WASM_TRAP_NONE;                                                                     \
    }

DIVISION(32)
DIVISION(64)

#define ROW(opcode, name, type) BINARY_FORMS(DIVIDE, name, type, type)
WASM_DIVIDE_LIST(ROW)
#undef ROW

#define ROW(opcode, name, in, out, ctype, low, high)                                               \
    static inline enum wasm_trap compute_##name(type_##in a, type_##out *result)                   \
    {                                                                                              \
        if (a != a)                                                                                \
            return WASM_TRAP_INVALID_CONVERSION;                                                   \
        if (!(low) || !(high))                                                                     \
            return WASM_TRAP_INTEGER_OVERFLOW;                                                     \
        *result = (type_##out)(ctype)a;                                                            \
        return WASM_TRAP_NONE;                                                                     \
    }                                                                                              \
    UNARY_FORMS(TRUNCATE, name, in, out)
WASM_TRUNCATE_LIST(ROW)
#undef ROW
