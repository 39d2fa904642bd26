/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Rounding, extrema, square roots and saturation without a mathematics library. Rounding relies on
 * this: adding and subtracting 2 to the number of fraction bits leaves an integer, rounded to
 * nearest, ties to even.
 */
#include <services/wasm/float.h>

#define F32_INTEGERS 0x1p23f
#define F64_INTEGERS 0x1p52

float f32_minimum(float a, float b)
{
    if (a != a || b != b)
        return f32_from_bits(WASM_F32_NAN);
    if (a == b)
        return f32_from_bits(f32_bits(a) | f32_bits(b));
    return a < b ? a : b;
}

float f32_maximum(float a, float b)
{
    if (a != a || b != b)
        return f32_from_bits(WASM_F32_NAN);
    if (a == b)
        return f32_from_bits(f32_bits(a) & f32_bits(b));
    return a > b ? a : b;
}

double f64_minimum(double a, double b)
{
    if (a != a || b != b)
        return f64_from_bits(WASM_F64_NAN);
    if (a == b)
        return f64_from_bits(f64_bits(a) | f64_bits(b));
    return a < b ? a : b;
}

double f64_maximum(double a, double b)
{
    if (a != a || b != b)
        return f64_from_bits(WASM_F64_NAN);
    if (a == b)
        return f64_from_bits(f64_bits(a) & f64_bits(b));
    return a > b ? a : b;
}

/* |a| rounded to nearest, for |a| below the limit. */
static float f32_round(float a)
{
    return (a + F32_INTEGERS) - F32_INTEGERS;
}

static double f64_round(double a)
{
    return (a + F64_INTEGERS) - F64_INTEGERS;
}

/* NaN, infinities and what has no fraction. */
static int f32_is_integral(float a)
{
    return !(f32_absolute(a) < F32_INTEGERS);
}

static int f64_is_integral(double a)
{
    return !(f64_absolute(a) < F64_INTEGERS);
}

float f32_nearest(float a)
{
    return f32_is_integral(a) ? f32_canonical(a) : f32_copysign(f32_round(f32_absolute(a)), a);
}

float f32_trunc(float a)
{
    float magnitude = f32_absolute(a), rounded;

    if (f32_is_integral(a))
        return f32_canonical(a);
    rounded = f32_round(magnitude);
    return f32_copysign(rounded > magnitude ? rounded - 1 : rounded, a);
}

float f32_floor(float a)
{
    float rounded = f32_trunc(a);

    return rounded > a ? rounded - 1 : rounded;
}

float f32_ceil(float a)
{
    float rounded = f32_trunc(a);

    return rounded < a ? f32_copysign(rounded + 1, a) : rounded;
}

double f64_nearest(double a)
{
    return f64_is_integral(a) ? f64_canonical(a) : f64_copysign(f64_round(f64_absolute(a)), a);
}

double f64_trunc(double a)
{
    double magnitude = f64_absolute(a), rounded;

    if (f64_is_integral(a))
        return f64_canonical(a);
    rounded = f64_round(magnitude);
    return f64_copysign(rounded > magnitude ? rounded - 1 : rounded, a);
}

double f64_floor(double a)
{
    double rounded = f64_trunc(a);

    return rounded > a ? rounded - 1 : rounded;
}

double f64_ceil(double a)
{
    double rounded = f64_trunc(a);

    return rounded < a ? f64_copysign(rounded + 1, a) : rounded;
}

#if defined(__x86_64__)

float f32_sqrt(float a)
{
    __asm__("sqrtss %0, %0" : "+x"(a));
    return f32_canonical(a);
}

double f64_sqrt(double a)
{
    __asm__("sqrtsd %0, %0" : "+x"(a));
    return f64_canonical(a);
}

#elif defined(__aarch64__)

float f32_sqrt(float a)
{
    __asm__("fsqrt %s0, %s0" : "+w"(a));
    return f32_canonical(a);
}

double f64_sqrt(double a)
{
    __asm__("fsqrt %d0, %d0" : "+w"(a));
    return f64_canonical(a);
}

#else

/* Digit by digit: the root of an even power of two times a 54-bit fraction, with two bits more than
 * the result has, the last of which says whether anything is left. Then rounding to even. */
double f64_sqrt(double a)
{
    uint64_t bits = f64_bits(a), fraction = bits & 0xFFFFFFFFFFFFFu, root = 0, rest = 0;
    int exponent = (int)(bits >> 52 & 0x7FF);

    if (a == 0 || bits == 0x7FF0000000000000u)
        return a;
    if (a != a || bits >> 63)
        return f64_from_bits(WASM_F64_NAN);
    if (exponent == 0) {
        int shift = __builtin_clzll(fraction) - 11;

        fraction <<= shift;
        exponent = 1 - shift;
    }
    fraction |= 0x10000000000000u;
    exponent -= 1023;
    if (exponent & 1) {
        fraction <<= 1;
        exponent--;
    }
    /* fraction < 2^54 stands for fraction / 2^52; its root times 2^54 has 55 bits. */
    for (int i = 0; i < 55; i++) {
        uint64_t pair = i < 27 ? fraction >> (52 - 2 * i) & 3 : 0, trial;

        rest = rest << 2 | pair;
        trial = root << 2 | 1;
        root <<= 1;
        if (rest >= trial) {
            rest -= trial;
            root |= 1;
        }
    }
    root |= rest != 0;
    fraction = root >> 2;
    if ((root & 2) && ((root & 1) || (fraction & 1)))
        fraction++;
    return f64_from_bits(((uint64_t)(exponent / 2 + 1022) << 52) + fraction);
}

/* The root of a float has no tie within a double's precision: rounding twice is rounding once. */
float f32_sqrt(float a)
{
    return f32_canonical((float)f64_sqrt((double)a));
}

#endif

int32_t saturate_i32(double a)
{
    if (a != a)
        return 0;
    return a >= 0x1p31 ? INT32_MAX : a <= -0x1p31 ? INT32_MIN : (int32_t)a;
}

uint32_t saturate_u32(double a)
{
    if (!(a > 0))
        return 0;
    return a >= 0x1p32 ? UINT32_MAX : (uint32_t)a;
}

int64_t saturate_i64(double a)
{
    if (a != a)
        return 0;
    return a >= 0x1p63 ? INT64_MAX : a <= -0x1p63 ? INT64_MIN : (int64_t)a;
}

uint64_t saturate_u64(double a)
{
    if (!(a > 0))
        return 0;
    return a >= 0x1p64 ? UINT64_MAX : (uint64_t)a;
}
