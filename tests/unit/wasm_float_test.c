/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/wasm/float.c
// libraries: -lm
/*
 * Floating point against the C library's: square roots digit by digit, rounding, extrema, on
 * numbers of every exponent, and what the C library leaves open: signs of zero, the bits of NaN.
 */
#include <services/wasm/float.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NUMBERS = 200000 };

static const double special[] = {0.0,        -0.0,     0.5,       -0.5,
                                 1.5,        2.5,      0x1p52,    -0x1p52,
                                 0x1p52 - 1, 0x1.8p51, 0x1p-1074, -0x1p-1074,
                                 0x1p-1022,  INFINITY, -INFINITY, 0x1.fffffffffffffp-2,
                                 0x1p23,     0x1p63};

enum { SPECIAL = sizeof special / sizeof *special };

/* Bits of every kind: of all exponents, and small numbers with a fraction. */
static double number(uint32_t i)
{
    static uint64_t state = 1;

    if (i < SPECIAL)
        return special[i];
    state = state * 6364136223846793005u + 1442695040888963407u;
    if (i & 1)
        return (double)(int64_t)state / 0x1p58;
    return f64_from_bits(state ^ state >> 31);
}

static void assert_f64(double actual, double expected)
{
    if (expected != expected)
        assert_int_equal(f64_bits(actual), WASM_F64_NAN);
    else
        assert_int_equal(f64_bits(actual), f64_bits(expected));
}

static void assert_f32(float actual, float expected)
{
    if (expected != expected)
        assert_int_equal(f32_bits(actual), WASM_F32_NAN);
    else
        assert_int_equal(f32_bits(actual), f32_bits(expected));
}

static void roots_are_rounded_to_nearest(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < NUMBERS; i++) {
        double a = number(i);

        assert_f64(f64_canonical(f64_sqrt_digits(a)), sqrt(a));
        assert_f64(f64_sqrt(a), sqrt(a));
        assert_f32((float)f64_canonical(f64_sqrt_digits((double)(float)a)), sqrtf((float)a));
        assert_f32(f32_sqrt((float)a), sqrtf((float)a));
    }
}

static void rounding_keeps_the_sign(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < NUMBERS; i++) {
        double a = number(i);
        float b = (float)a;

        assert_f64(f64_nearest(a), nearbyint(a));
        assert_f64(f64_trunc(a), trunc(a));
        assert_f64(f64_floor(a), floor(a));
        assert_f64(f64_ceil(a), ceil(a));
        assert_f32(f32_nearest(b), nearbyintf(b));
        assert_f32(f32_trunc(b), truncf(b));
        assert_f32(f32_floor(b), floorf(b));
        assert_f32(f32_ceil(b), ceilf(b));
    }
}

static void extrema_order_zeros_and_give_nan(void **state)
{
    (void)state;
    for (uint32_t i = 0; i + 1 < NUMBERS; i++) {
        double a = number(i), b = number(i + 1);
        double none = a != a || b != b ? NAN : 0;

        if (a == b) /* the C library leaves the order of zeros open */
            continue;
        assert_f64(f64_minimum(a, b), none != none ? none : fmin(a, b));
        assert_f64(f64_maximum(a, b), none != none ? none : fmax(a, b));
    }
    assert_f64(f64_minimum(0.0, -0.0), -0.0);
    assert_f64(f64_minimum(-0.0, 0.0), -0.0);
    assert_f64(f64_maximum(0.0, -0.0), 0.0);
    assert_f64(f64_maximum(-0.0, 0.0), 0.0);
    assert_f32(f32_minimum(0.0f, -0.0f), -0.0f);
    assert_f32(f32_maximum(-0.0f, 0.0f), 0.0f);
    assert_f32(f32_minimum(1, 2), 1);
    assert_f32(f32_maximum(1, 2), 2);
    assert_f32(f32_minimum(f32_from_bits(0xFFC00001u), 2), NAN);
    assert_f32(f32_maximum(2, f32_from_bits(0x7FC00001u)), NAN);
}

static void truncation_saturates(void **state)
{
    (void)state;
    assert_int_equal(saturate_i32(NAN), 0);
    assert_int_equal(saturate_i32(-1e10), INT32_MIN);
    assert_int_equal(saturate_i32(1e10), INT32_MAX);
    assert_int_equal(saturate_i32(-1.9), -1);
    assert_int_equal(saturate_u32(-1.9), 0);
    assert_int_equal(saturate_u32(1e10), UINT32_MAX);
    assert_true(saturate_i64(-1e30) == INT64_MIN);
    assert_true(saturate_i64(1e30) == INT64_MAX);
    assert_true(saturate_u64(1e30) == UINT64_MAX);
    assert_true(saturate_u64(NAN) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_rounded_to_nearest),
        cmocka_unit_test(rounding_keeps_the_sign),
        cmocka_unit_test(extrema_order_zeros_and_give_nan),
        cmocka_unit_test(truncation_saturates),
    };

    return cmocka_run_group_tests_name("wasm_float", tests, NULL, NULL);
}
