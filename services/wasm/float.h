/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Floating point as WebAssembly has it (core 2.0, 4.3.3), the same on every board: a NaN that an
 * operator makes is the positive canonical one, whatever the processor would have made. Relies on
 * IEEE 754 arithmetic without contraction (-ffp-contract=off, the default of -std=c17) and rounding
 * to nearest. __builtin_memcpy, because -ffreestanding makes memcpy a call.
 */
#ifndef SERVICES_WASM_FLOAT_H
#define SERVICES_WASM_FLOAT_H

#include <stdint.h>

#define WASM_F32_NAN 0x7FC00000u
#define WASM_F64_NAN 0x7FF8000000000000u

static inline uint32_t f32_bits(float a)
{
    uint32_t bits;

    __builtin_memcpy(&bits, &a, sizeof bits);
    return bits;
}

static inline float f32_from_bits(uint32_t bits)
{
    float a;

    __builtin_memcpy(&a, &bits, sizeof a);
    return a;
}

static inline uint64_t f64_bits(double a)
{
    uint64_t bits;

    __builtin_memcpy(&bits, &a, sizeof bits);
    return bits;
}

static inline double f64_from_bits(uint64_t bits)
{
    double a;

    __builtin_memcpy(&a, &bits, sizeof a);
    return a;
}

static inline float f32_canonical(float a)
{
    return __builtin_expect(a != a, 0) ? f32_from_bits(WASM_F32_NAN) : a;
}

static inline double f64_canonical(double a)
{
    return __builtin_expect(a != a, 0) ? f64_from_bits(WASM_F64_NAN) : a;
}

/* Signs are bits: these three change nothing else, in NaN either. */
static inline float f32_negate(float a)
{
    return f32_from_bits(f32_bits(a) ^ 0x80000000u);
}

static inline float f32_absolute(float a)
{
    return f32_from_bits(f32_bits(a) & 0x7FFFFFFFu);
}

static inline float f32_copysign(float a, float b)
{
    return f32_from_bits((f32_bits(a) & 0x7FFFFFFFu) | (f32_bits(b) & 0x80000000u));
}

static inline double f64_negate(double a)
{
    return f64_from_bits(f64_bits(a) ^ 0x8000000000000000u);
}

static inline double f64_absolute(double a)
{
    return f64_from_bits(f64_bits(a) & 0x7FFFFFFFFFFFFFFFu);
}

static inline double f64_copysign(double a, double b)
{
    return f64_from_bits((f64_bits(a) & 0x7FFFFFFFFFFFFFFFu) | (f64_bits(b) & 0x8000000000000000u));
}

float f32_minimum(float a, float b);
float f32_maximum(float a, float b);
double f64_minimum(double a, double b);
double f64_maximum(double a, double b);

float f32_ceil(float a);
float f32_floor(float a);
float f32_trunc(float a);
float f32_nearest(float a);
double f64_ceil(double a);
double f64_floor(double a);
double f64_trunc(double a);
double f64_nearest(double a);

float f32_sqrt(float a);
double f64_sqrt(double a);

/* Truncation that gives the nearest number there is, and 0 for NaN. */
int32_t saturate_i32(double a);
uint32_t saturate_u32(double a);
int64_t saturate_i64(double a);
uint64_t saturate_u64(double a);

#endif
