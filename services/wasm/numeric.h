/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Every numeric and memory instruction, once: number, name, types and what it computes. The
 * validator's table, the internal instructions and their handlers are printed from these lists.
 *
 * Types are the letters I32 I64 F32 F64. Expressions see their operands as a and b, unsigned for
 * integers. Prefixed instructions (0xFC n) have the number OPCODE_PREFIXED + n, a range that the
 * one-byte instructions leave free. core 2.0, 4.3 (operators) and 5.4 (numbers).
 */
#ifndef SERVICES_WASM_NUMERIC_H
#define SERVICES_WASM_NUMERIC_H

#define OPCODE_PREFIXED 0xE0

/* X(opcode, name, type, expression): two operands, one result, all of one type; cannot trap. */
#define WASM_BINARY_LIST(X)                                                                        \
    X(0x6A, i32_add, I32, a + b)                                                                   \
    X(0x6B, i32_sub, I32, a - b)                                                                   \
    X(0x6C, i32_mul, I32, a *b)                                                                    \
    X(0x71, i32_and, I32, a &b)                                                                    \
    X(0x72, i32_or, I32, a | b)                                                                    \
    X(0x73, i32_xor, I32, a ^ b)                                                                   \
    X(0x74, i32_shl, I32, a << (b & 31))                                                           \
    X(0x75, i32_shr_s, I32, (uint32_t)((int32_t)a >> (b & 31)))                                    \
    X(0x76, i32_shr_u, I32, a >> (b & 31))                                                         \
    X(0x77, i32_rotl, I32, a << (b & 31) | a >> (-b & 31))                                         \
    X(0x78, i32_rotr, I32, a >> (b & 31) | a << (-b & 31))                                         \
    X(0x7C, i64_add, I64, a + b)                                                                   \
    X(0x7D, i64_sub, I64, a - b)                                                                   \
    X(0x7E, i64_mul, I64, a *b)                                                                    \
    X(0x83, i64_and, I64, a &b)                                                                    \
    X(0x84, i64_or, I64, a | b)                                                                    \
    X(0x85, i64_xor, I64, a ^ b)                                                                   \
    X(0x86, i64_shl, I64, a << (b & 63))                                                           \
    X(0x87, i64_shr_s, I64, (uint64_t)((int64_t)a >> (b & 63)))                                    \
    X(0x88, i64_shr_u, I64, a >> (b & 63))                                                         \
    X(0x89, i64_rotl, I64, a << (b & 63) | a >> (-b & 63))                                         \
    X(0x8A, i64_rotr, I64, a >> (b & 63) | a << (-b & 63))                                         \
    X(0x92, f32_add, F32, f32_canonical(a + b))                                                    \
    X(0x93, f32_sub, F32, f32_canonical(a - b))                                                    \
    X(0x94, f32_mul, F32, f32_canonical(a *b))                                                     \
    X(0x95, f32_div, F32, f32_canonical(a / b))                                                    \
    X(0x96, f32_min, F32, f32_minimum(a, b))                                                       \
    X(0x97, f32_max, F32, f32_maximum(a, b))                                                       \
    X(0x98, f32_copysign, F32, f32_copysign(a, b))                                                 \
    X(0xA0, f64_add, F64, f64_canonical(a + b))                                                    \
    X(0xA1, f64_sub, F64, f64_canonical(a - b))                                                    \
    X(0xA2, f64_mul, F64, f64_canonical(a *b))                                                     \
    X(0xA3, f64_div, F64, f64_canonical(a / b))                                                    \
    X(0xA4, f64_min, F64, f64_minimum(a, b))                                                       \
    X(0xA5, f64_max, F64, f64_maximum(a, b))                                                       \
    X(0xA6, f64_copysign, F64, f64_copysign(a, b))

/* X(opcode, name, type, function): as above, but enum wasm_trap function(a, b, &result). */
#define WASM_DIVIDE_LIST(X)                                                                        \
    X(0x6D, i32_div_s, I32)                                                                        \
    X(0x6E, i32_div_u, I32)                                                                        \
    X(0x6F, i32_rem_s, I32)                                                                        \
    X(0x70, i32_rem_u, I32)                                                                        \
    X(0x7F, i64_div_s, I64)                                                                        \
    X(0x80, i64_div_u, I64)                                                                        \
    X(0x81, i64_rem_s, I64)                                                                        \
    X(0x82, i64_rem_u, I64)

/* X(opcode, name, type, expression): two operands to a truth. The order of the numbers
 * counts: compare_inverse and compare_swapped in opcode.c rely on it. */
#define WASM_INTEGER_COMPARE_LIST(X)                                                               \
    X(0x46, i32_eq, I32, a == b)                                                                   \
    X(0x47, i32_ne, I32, a != b)                                                                   \
    X(0x48, i32_lt_s, I32, (int32_t)a < (int32_t)b)                                                \
    X(0x49, i32_lt_u, I32, a < b)                                                                  \
    X(0x4A, i32_gt_s, I32, (int32_t)a > (int32_t)b)                                                \
    X(0x4B, i32_gt_u, I32, a > b)                                                                  \
    X(0x4C, i32_le_s, I32, (int32_t)a <= (int32_t)b)                                               \
    X(0x4D, i32_le_u, I32, a <= b)                                                                 \
    X(0x4E, i32_ge_s, I32, (int32_t)a >= (int32_t)b)                                               \
    X(0x4F, i32_ge_u, I32, a >= b)                                                                 \
    X(0x51, i64_eq, I64, a == b)                                                                   \
    X(0x52, i64_ne, I64, a != b)                                                                   \
    X(0x53, i64_lt_s, I64, (int64_t)a < (int64_t)b)                                                \
    X(0x54, i64_lt_u, I64, a < b)                                                                  \
    X(0x55, i64_gt_s, I64, (int64_t)a > (int64_t)b)                                                \
    X(0x56, i64_gt_u, I64, a > b)                                                                  \
    X(0x57, i64_le_s, I64, (int64_t)a <= (int64_t)b)                                               \
    X(0x58, i64_le_u, I64, a <= b)                                                                 \
    X(0x59, i64_ge_s, I64, (int64_t)a >= (int64_t)b)                                               \
    X(0x5A, i64_ge_u, I64, a >= b)

#define WASM_FLOAT_COMPARE_LIST(X)                                                                 \
    X(0x5B, f32_eq, F32, a == b)                                                                   \
    X(0x5C, f32_ne, F32, a != b)                                                                   \
    X(0x5D, f32_lt, F32, a < b)                                                                    \
    X(0x5E, f32_gt, F32, a > b)                                                                    \
    X(0x5F, f32_le, F32, a <= b)                                                                   \
    X(0x60, f32_ge, F32, a >= b)                                                                   \
    X(0x61, f64_eq, F64, a == b)                                                                   \
    X(0x62, f64_ne, F64, a != b)                                                                   \
    X(0x63, f64_lt, F64, a < b)                                                                    \
    X(0x64, f64_gt, F64, a > b)                                                                    \
    X(0x65, f64_le, F64, a <= b)                                                                   \
    X(0x66, f64_ge, F64, a >= b)

/* X(opcode, name, operand type, result type, expression): one operand, cannot trap. i32.eqz and
 * i64.eqz are comparisons with 0 and stand in no list. */
#define WASM_UNARY_LIST(X)                                                                         \
    X(0x67, i32_clz, I32, I32, a ? (uint32_t)__builtin_clz(a) : 32)                                \
    X(0x68, i32_ctz, I32, I32, a ? (uint32_t)__builtin_ctz(a) : 32)                                \
    X(0x69, i32_popcnt, I32, I32, (uint32_t)__builtin_popcount(a))                                 \
    X(0x79, i64_clz, I64, I64, a ? (uint64_t)__builtin_clzll(a) : 64)                              \
    X(0x7A, i64_ctz, I64, I64, a ? (uint64_t)__builtin_ctzll(a) : 64)                              \
    X(0x7B, i64_popcnt, I64, I64, (uint64_t)__builtin_popcountll(a))                               \
    X(0x8B, f32_abs, F32, F32, f32_absolute(a))                                                    \
    X(0x8C, f32_neg, F32, F32, f32_negate(a))                                                      \
    X(0x8D, f32_ceil, F32, F32, f32_ceil(a))                                                       \
    X(0x8E, f32_floor, F32, F32, f32_floor(a))                                                     \
    X(0x8F, f32_trunc, F32, F32, f32_trunc(a))                                                     \
    X(0x90, f32_nearest, F32, F32, f32_nearest(a))                                                 \
    X(0x91, f32_sqrt, F32, F32, f32_sqrt(a))                                                       \
    X(0x99, f64_abs, F64, F64, f64_absolute(a))                                                    \
    X(0x9A, f64_neg, F64, F64, f64_negate(a))                                                      \
    X(0x9B, f64_ceil, F64, F64, f64_ceil(a))                                                       \
    X(0x9C, f64_floor, F64, F64, f64_floor(a))                                                     \
    X(0x9D, f64_trunc, F64, F64, f64_trunc(a))                                                     \
    X(0x9E, f64_nearest, F64, F64, f64_nearest(a))                                                 \
    X(0x9F, f64_sqrt, F64, F64, f64_sqrt(a))                                                       \
    X(0xA7, i32_wrap_i64, I64, I32, (uint32_t)a)                                                   \
    X(0xAC, i64_extend_i32_s, I32, I64, (uint64_t)(int32_t)a)                                      \
    X(0xAD, i64_extend_i32_u, I32, I64, a)                                                         \
    X(0xB2, f32_convert_i32_s, I32, F32, (float)(int32_t)a)                                        \
    X(0xB3, f32_convert_i32_u, I32, F32, (float)a)                                                 \
    X(0xB4, f32_convert_i64_s, I64, F32, (float)(int64_t)a)                                        \
    X(0xB5, f32_convert_i64_u, I64, F32, (float)a)                                                 \
    X(0xB6, f32_demote_f64, F64, F32, f32_canonical((float)a))                                     \
    X(0xB7, f64_convert_i32_s, I32, F64, (double)(int32_t)a)                                       \
    X(0xB8, f64_convert_i32_u, I32, F64, (double)a)                                                \
    X(0xB9, f64_convert_i64_s, I64, F64, (double)(int64_t)a)                                       \
    X(0xBA, f64_convert_i64_u, I64, F64, (double)a)                                                \
    X(0xBB, f64_promote_f32, F32, F64, f64_canonical((double)a))                                   \
    X(0xBC, i32_reinterpret_f32, F32, I32, f32_bits(a))                                            \
    X(0xBD, i64_reinterpret_f64, F64, I64, f64_bits(a))                                            \
    X(0xBE, f32_reinterpret_i32, I32, F32, f32_from_bits(a))                                       \
    X(0xBF, f64_reinterpret_i64, I64, F64, f64_from_bits(a))                                       \
    X(0xC0, i32_extend8_s, I32, I32, (uint32_t)(int8_t)a)                                          \
    X(0xC1, i32_extend16_s, I32, I32, (uint32_t)(int16_t)a)                                        \
    X(0xC2, i64_extend8_s, I64, I64, (uint64_t)(int8_t)a)                                          \
    X(0xC3, i64_extend16_s, I64, I64, (uint64_t)(int16_t)a)                                        \
    X(0xC4, i64_extend32_s, I64, I64, (uint64_t)(int32_t)a)                                        \
    X(OPCODE_PREFIXED + 0, i32_trunc_sat_f32_s, F32, I32, (uint32_t)saturate_i32((double)a))       \
    X(OPCODE_PREFIXED + 1, i32_trunc_sat_f32_u, F32, I32, saturate_u32((double)a))                 \
    X(OPCODE_PREFIXED + 2, i32_trunc_sat_f64_s, F64, I32, (uint32_t)saturate_i32(a))               \
    X(OPCODE_PREFIXED + 3, i32_trunc_sat_f64_u, F64, I32, saturate_u32(a))                         \
    X(OPCODE_PREFIXED + 4, i64_trunc_sat_f32_s, F32, I64, (uint64_t)saturate_i64((double)a))       \
    X(OPCODE_PREFIXED + 5, i64_trunc_sat_f32_u, F32, I64, saturate_u64((double)a))                 \
    X(OPCODE_PREFIXED + 6, i64_trunc_sat_f64_s, F64, I64, (uint64_t)saturate_i64(a))               \
    X(OPCODE_PREFIXED + 7, i64_trunc_sat_f64_u, F64, I64, saturate_u64(a))

/* Pairs that the translator makes one instruction, for 64-bit machines: c is the operand that the
 * first of the two does not make.
 *
 * X(name, type, expression): the first is a * b. A NaN of the product comes out of the sum as one.
 */
#define WASM_PRODUCT_LIST(X)                                                                       \
    X(i32_mul_add, I32, c + a * b)                                                                 \
    X(i32_mul_sub, I32, c - a * b)                                                                 \
    X(f32_mul_add, F32, f32_canonical(c + a * b))                                                  \
    X(f32_mul_sub, F32, f32_canonical(c - a * b))                                                  \
    X(f32_mul_less, F32, f32_canonical(a *b - c))                                                  \
    X(f64_mul_add, F64, f64_canonical(c + a * b))                                                  \
    X(f64_mul_sub, F64, f64_canonical(c - a * b))                                                  \
    X(f64_mul_less, F64, f64_canonical(a *b - c))

/* X(name, expression): ends a loop whose counter a, just added to, is compared with b. */
#define WASM_COUNT_LIST(X)                                                                         \
    X(i32_ne, a != b)                                                                              \
    X(i32_lt_s, (int32_t)a < (int32_t)b)                                                           \
    X(i32_lt_u, a < b)

/* X(type, shift, operator, expression): the first shifts a by a constant k, already
 * reduced. */
#define WASM_SHIFTED_LIST(X)                                                                       \
    X(I32, i32_shl, i32_add, c + (a << k))                                                         \
    X(I32, i32_shl, i32_xor, c ^ a << k)                                                           \
    X(I32, i32_shl, i32_or, c | a << k)                                                            \
    X(I32, i32_shr_u, i32_add, c + (a >> k))                                                       \
    X(I32, i32_shr_u, i32_xor, c ^ a >> k)                                                         \
    X(I32, i32_shr_u, i32_or, c | a >> k)                                                          \
    X(I32, i32_rotl, i32_add, c + (a << k | a >> (-k & 31)))                                       \
    X(I32, i32_rotl, i32_xor, c ^ (a << k | a >> (-k & 31)))                                       \
    X(I32, i32_rotl, i32_or, c | a << k | a >> (-k & 31))                                          \
    X(I64, i64_shl, i64_add, c + (a << k))                                                         \
    X(I64, i64_shl, i64_xor, c ^ a << k)                                                           \
    X(I64, i64_shl, i64_or, c | a << k)                                                            \
    X(I64, i64_shr_u, i64_add, c + (a >> k))                                                       \
    X(I64, i64_shr_u, i64_xor, c ^ a >> k)                                                         \
    X(I64, i64_shr_u, i64_or, c | a >> k)                                                          \
    X(I64, i64_rotl, i64_add, c + (a << k | a >> (-k & 63)))                                       \
    X(I64, i64_rotl, i64_xor, c ^ (a << k | a >> (-k & 63)))                                       \
    X(I64, i64_rotl, i64_or, c | a << k | a >> (-k & 63))

/* X(name, type, C type in memory, expression): the first loads a. */
#define WASM_LOADED_LIST(X)                                                                        \
    X(i32_load_add, I32, uint32_t, c + a)                                                          \
    X(i32_load_xor, I32, uint32_t, c ^ a)                                                          \
    X(f32_load_add, F32, float, f32_canonical(c + a))                                              \
    X(f32_load_sub, F32, float, f32_canonical(c - a))                                              \
    X(f32_load_mul, F32, float, f32_canonical(c *a))                                               \
    X(f64_load_add, F64, double, f64_canonical(c + a))                                             \
    X(f64_load_sub, F64, double, f64_canonical(c - a))                                             \
    X(f64_load_less, F64, double, f64_canonical(a - c))                                            \
    X(f64_load_mul, F64, double, f64_canonical(c *a))

/* X(opcode, name, operand type, result type, C type of the result, lowest, beyond): traps unless
 * lowest (exclusive, after truncation: NaN too) < a < beyond. */
#define WASM_TRUNCATE_LIST(X)                                                                      \
    X(0xA8, i32_trunc_f32_s, F32, I32, int32_t, a >= -0x1p31f, a < 0x1p31f)                        \
    X(0xA9, i32_trunc_f32_u, F32, I32, uint32_t, a > -1.0f, a < 0x1p32f)                           \
    X(0xAA, i32_trunc_f64_s, F64, I32, int32_t, a > -0x1.00000002p31, a < 0x1p31)                  \
    X(0xAB, i32_trunc_f64_u, F64, I32, uint32_t, a > -1.0, a < 0x1p32)                             \
    X(0xAE, i64_trunc_f32_s, F32, I64, int64_t, a >= -0x1p63f, a < 0x1p63f)                        \
    X(0xAF, i64_trunc_f32_u, F32, I64, uint64_t, a > -1.0f, a < 0x1p64f)                           \
    X(0xB0, i64_trunc_f64_s, F64, I64, int64_t, a >= -0x1p63, a < 0x1p63)                          \
    X(0xB1, i64_trunc_f64_u, F64, I64, uint64_t, a > -1.0, a < 0x1p64)

/* X(opcode, name, result type, C type in memory, C type that extends it). */
#define WASM_LOAD_LIST(X)                                                                          \
    X(0x28, i32_load, I32, uint32_t)                                                               \
    X(0x29, i64_load, I64, uint64_t)                                                               \
    X(0x2A, f32_load, F32, float)                                                                  \
    X(0x2B, f64_load, F64, double)                                                                 \
    X(0x2C, i32_load8_s, I32, int8_t)                                                              \
    X(0x2D, i32_load8_u, I32, uint8_t)                                                             \
    X(0x2E, i32_load16_s, I32, int16_t)                                                            \
    X(0x2F, i32_load16_u, I32, uint16_t)                                                           \
    X(0x30, i64_load8_s, I64, int8_t)                                                              \
    X(0x31, i64_load8_u, I64, uint8_t)                                                             \
    X(0x32, i64_load16_s, I64, int16_t)                                                            \
    X(0x33, i64_load16_u, I64, uint16_t)                                                           \
    X(0x34, i64_load32_s, I64, int32_t)                                                            \
    X(0x35, i64_load32_u, I64, uint32_t)

/* X(opcode, name, value type, C type in memory). */
#define WASM_STORE_LIST(X)                                                                         \
    X(0x36, i32_store, I32, uint32_t)                                                              \
    X(0x37, i64_store, I64, uint64_t)                                                              \
    X(0x38, f32_store, F32, float)                                                                 \
    X(0x39, f64_store, F64, double)                                                                \
    X(0x3A, i32_store8, I32, uint8_t)                                                              \
    X(0x3B, i32_store16, I32, uint16_t)                                                            \
    X(0x3C, i64_store8, I64, uint8_t)                                                              \
    X(0x3D, i64_store16, I64, uint16_t)                                                            \
    X(0x3E, i64_store32, I64, uint32_t)

#endif
