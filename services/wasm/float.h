/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Floating point as WebAssembly has it (core 2.0, 4.3.3), the same on every board and without a
 * mathematics library: a NaN that an operator makes is the positive canonical one, whatever the
 * processor would have made. Relies on IEEE 754 arithmetic without contraction (-ffp-contract=off,
 * the default of -std=c17) and rounding to nearest. __builtin_memcpy, because -ffreestanding makes
 * memcpy a call.
 *
 * All but the square root of processors that have none is inline: a handler that calls has to save
 * every register around the call. Where code must be small and handlers keep few registers, what
 * is long is a function after all.
 */
#ifndef SERVICES_WASM_FLOAT_H
#define SERVICES_WASM_FLOAT_H

#include <stdint.h>

#define WASM_F32_NAN 0x7FC00000u
#define WASM_F64_NAN 0x7FF8000000000000u

#if UINTPTR_MAX > UINT32_MAX
#define FLOAT_FUNCTION static inline
#else
#define FLOAT_FUNCTION static __attribute__((noinline, unused))
#endif

#define FLOAT(name)                  f32_##name
#define FLOAT_TYPE                   float
#define FLOAT_BITS                   uint32_t
#define FLOAT_SIGN                   0x80000000u
#define FLOAT_NAN                    WASM_F32_NAN
#define FLOAT_INTEGERS               0x1p23f
#define FLOAT_ONE(instruction, a)    __asm__(instruction " %s0, %s0" : "+w"(a))
#define FLOAT_TWO(instruction, a, b) __asm__(instruction " %s0, %s0, %s1" : "+w"(a) : "w"(b))
#include <services/wasm/float_width.h>
#undef FLOAT
#undef FLOAT_TYPE
#undef FLOAT_BITS
#undef FLOAT_SIGN
#undef FLOAT_NAN
#undef FLOAT_INTEGERS
#undef FLOAT_ONE
#undef FLOAT_TWO

#define FLOAT(name)                  f64_##name
#define FLOAT_TYPE                   double
#define FLOAT_BITS                   uint64_t
#define FLOAT_SIGN                   0x8000000000000000u
#define FLOAT_NAN                    WASM_F64_NAN
#define FLOAT_INTEGERS               0x1p52
#define FLOAT_ONE(instruction, a)    __asm__(instruction " %d0, %d0" : "+w"(a))
#define FLOAT_TWO(instruction, a, b) __asm__(instruction " %d0, %d0, %d1" : "+w"(a) : "w"(b))
#include <services/wasm/float_width.h>
#undef FLOAT
#undef FLOAT_TYPE
#undef FLOAT_BITS
#undef FLOAT_SIGN
#undef FLOAT_NAN
#undef FLOAT_INTEGERS
#undef FLOAT_ONE
#undef FLOAT_TWO

/* The square root, rounded to nearest, of a processor that has none. */
double f64_sqrt_digits(double a);

static inline double f64_sqrt(double a)
{
#if defined(__x86_64__)
    __asm__("sqrtsd %0, %0" : "+x"(a));
#elif defined(__aarch64__)
    __asm__("fsqrt %d0, %d0" : "+w"(a));
#elif defined(__ARM_FP) && (__ARM_FP & 8)
    __asm__("vsqrt.f64 %P0, %P0" : "+w"(a));
#else
    a = f64_sqrt_digits(a);
#endif
    return f64_canonical(a);
}

static inline float f32_sqrt(float a)
{
#if defined(__x86_64__)
    __asm__("sqrtss %0, %0" : "+x"(a));
#elif defined(__aarch64__)
    __asm__("fsqrt %s0, %s0" : "+w"(a));
#elif defined(__ARM_FP) && (__ARM_FP & 4)
    __asm__("vsqrt.f32 %0, %0" : "+t"(a));
#else
    /* It has no tie within a double's precision: rounding twice is rounding once. */
    a = (float)f64_sqrt_digits((double)a);
#endif
    return f32_canonical(a);
}

/* Truncation that gives the nearest number there is, and 0 for NaN. */
FLOAT_FUNCTION int32_t saturate_i32(double a)
{
    if (a != a)
        return 0;
    return a >= 0x1p31 ? INT32_MAX : a <= -0x1p31 ? INT32_MIN : (int32_t)a;
}

FLOAT_FUNCTION uint32_t saturate_u32(double a)
{
    if (!(a > 0))
        return 0;
    return a >= 0x1p32 ? UINT32_MAX : (uint32_t)a;
}

FLOAT_FUNCTION int64_t saturate_i64(double a)
{
    if (a != a)
        return 0;
    return a >= 0x1p63 ? INT64_MAX : a <= -0x1p63 ? INT64_MIN : (int64_t)a;
}

FLOAT_FUNCTION uint64_t saturate_u64(double a)
{
    if (!(a > 0))
        return 0;
    return a >= 0x1p64 ? UINT64_MAX : (uint64_t)a;
}

#endif
