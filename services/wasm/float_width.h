/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The operators of one width, part of float.h, which includes this for f32 and for f64 and defines
 *   FLOAT(name)    the function's name: f32_name, f64_name
 *   FLOAT_TYPE     float, double, and FLOAT_BITS, the integer of that size
 *   FLOAT_SIGN     the sign's bit, and FLOAT_NAN, the canonical NaN
 *   FLOAT_INTEGERS the least number from which on all are integers: adding and subtracting it
 *                  leaves an integer, rounded to nearest, ties to even
 *   FLOAT_ONE(instruction, a), FLOAT_TWO(instruction, a, b)
 *                  what one instruction of AArch64 makes of a, or of a and b
 */
static inline FLOAT_BITS FLOAT(bits)(FLOAT_TYPE a)
{
    FLOAT_BITS bits;

    __builtin_memcpy(&bits, &a, sizeof bits);
    return bits;
}

static inline FLOAT_TYPE FLOAT(from_bits)(FLOAT_BITS bits)
{
    FLOAT_TYPE a;

    __builtin_memcpy(&a, &bits, sizeof a);
    return a;
}

static inline FLOAT_TYPE FLOAT(canonical)(FLOAT_TYPE a)
{
    return __builtin_expect(a != a, 0) ? FLOAT(from_bits)(FLOAT_NAN) : a;
}

/* Signs are bits: these three change nothing else, in NaN either. */
static inline FLOAT_TYPE FLOAT(negate)(FLOAT_TYPE a)
{
    return FLOAT(from_bits)(FLOAT(bits)(a) ^ FLOAT_SIGN);
}

static inline FLOAT_TYPE FLOAT(absolute)(FLOAT_TYPE a)
{
    return FLOAT(from_bits)(FLOAT(bits)(a) & ~FLOAT_SIGN);
}

static inline FLOAT_TYPE FLOAT(copysign)(FLOAT_TYPE a, FLOAT_TYPE b)
{
    return FLOAT(from_bits)((FLOAT(bits)(a) & ~FLOAT_SIGN) | (FLOAT(bits)(b) & FLOAT_SIGN));
}

#ifdef __aarch64__

static inline FLOAT_TYPE FLOAT(minimum)(FLOAT_TYPE a, FLOAT_TYPE b)
{
    FLOAT_TWO("fmin", a, b);
    return FLOAT(canonical)(a);
}

static inline FLOAT_TYPE FLOAT(maximum)(FLOAT_TYPE a, FLOAT_TYPE b)
{
    FLOAT_TWO("fmax", a, b);
    return FLOAT(canonical)(a);
}

static inline FLOAT_TYPE FLOAT(nearest)(FLOAT_TYPE a)
{
    FLOAT_ONE("frintn", a);
    return FLOAT(canonical)(a);
}

static inline FLOAT_TYPE FLOAT(trunc)(FLOAT_TYPE a)
{
    FLOAT_ONE("frintz", a);
    return FLOAT(canonical)(a);
}

static inline FLOAT_TYPE FLOAT(floor)(FLOAT_TYPE a)
{
    FLOAT_ONE("frintm", a);
    return FLOAT(canonical)(a);
}

static inline FLOAT_TYPE FLOAT(ceil)(FLOAT_TYPE a)
{
    FLOAT_ONE("frintp", a);
    return FLOAT(canonical)(a);
}

#else

FLOAT_FUNCTION FLOAT_TYPE FLOAT(minimum)(FLOAT_TYPE a, FLOAT_TYPE b)
{
    if (a < b)
        return a;
    if (b < a)
        return b;
    return a == b ? FLOAT(from_bits)(FLOAT(bits)(a) | FLOAT(bits)(b)) : FLOAT(from_bits)(FLOAT_NAN);
}

FLOAT_FUNCTION FLOAT_TYPE FLOAT(maximum)(FLOAT_TYPE a, FLOAT_TYPE b)
{
    if (a > b)
        return a;
    if (b > a)
        return b;
    return a == b ? FLOAT(from_bits)(FLOAT(bits)(a) & FLOAT(bits)(b)) : FLOAT(from_bits)(FLOAT_NAN);
}

/* NaN, infinities and what has no fraction. */
static inline int FLOAT(is_integral)(FLOAT_TYPE a)
{
    return !(FLOAT(absolute)(a) < FLOAT_INTEGERS);
}

FLOAT_FUNCTION FLOAT_TYPE FLOAT(nearest)(FLOAT_TYPE a)
{
    if (FLOAT(is_integral)(a))
        return FLOAT(canonical)(a);
    return FLOAT(copysign)((FLOAT(absolute)(a) + FLOAT_INTEGERS) - FLOAT_INTEGERS, a);
}

/* The three below correct what rounding to nearest made too large or too small. */
FLOAT_FUNCTION FLOAT_TYPE FLOAT(trunc)(FLOAT_TYPE a)
{
    FLOAT_TYPE rounded = FLOAT(nearest)(a);

    if (FLOAT(absolute)(rounded) > FLOAT(absolute)(a))
        rounded = FLOAT(copysign)(FLOAT(absolute)(rounded) - 1, a);
    return rounded;
}

FLOAT_FUNCTION FLOAT_TYPE FLOAT(floor)(FLOAT_TYPE a)
{
    FLOAT_TYPE rounded = FLOAT(nearest)(a);

    return rounded > a ? rounded - 1 : rounded;
}

FLOAT_FUNCTION FLOAT_TYPE FLOAT(ceil)(FLOAT_TYPE a)
{
    FLOAT_TYPE rounded = FLOAT(nearest)(a);

    return rounded < a ? FLOAT(copysign)(rounded + 1, a) : rounded;
}

#endif
