/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Ticks and nanoseconds: exact where the frequency divides 10^9, within the promised error
 * elsewhere, saturating, and never early.
 */
#include <kernel/tick_scale.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void is_exact_for_even_frequencies(void **state)
{
    static const uint32_t frequencies[] = {1000000, 62500000, 1000000000};

    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        const struct tick_scale scale = tick_scale(frequencies[i]);
        const uint64_t year = UINT64_C(31557600);
        assert_int_equal(ticks_to_nanoseconds(&scale, 0), 0);
        assert_int_equal(ticks_to_nanoseconds(&scale, frequencies[i]), 1000000000);
        assert_int_equal(ticks_to_nanoseconds(&scale, year * frequencies[i]), year * 1000000000);
    }
}

static void keeps_its_error_small(void **state)
{
    static const uint32_t frequencies[] = {19200000, 24000000, 54000000, 31250000, 999999937};
    const uint64_t day = 86400;

    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        const struct tick_scale scale = tick_scale(frequencies[i]);
        uint64_t found = ticks_to_nanoseconds(&scale, day * frequencies[i]);
        uint64_t error =
            found > day * 1000000000 ? found - day * 1000000000 : day * 1000000000 - found;
        assert_true(error <= (day * frequencies[i] >> 33) + 1);
    }
}

static void never_goes_back(void **state)
{
    const struct tick_scale scale = tick_scale(54000000);
    uint64_t last = 0;

    (void)state;
    for (uint64_t ticks = 0; ticks < 100000; ticks++) {
        uint64_t now = ticks_to_nanoseconds(&scale, ticks);
        assert_true(now >= last);
        last = now;
    }
}

static void sets_no_deadline_early(void **state)
{
    static const uint32_t frequencies[] = {1000000, 19200000, 54000000, 62500000, 1000000000};

    (void)state;
    for (size_t i = 0; i < sizeof frequencies / sizeof *frequencies; i++) {
        const struct tick_scale scale = tick_scale(frequencies[i]);
        for (uint64_t at = 1; at < UINT64_C(1) << 50; at = at * 3 + 7) {
            uint64_t ticks = nanoseconds_to_ticks(&scale, at);
            uint64_t late = ticks_to_nanoseconds(&scale, ticks);
            assert_true(late + (ticks >> 32) + 1 >= at);
            assert_true(late <= at + 2 * (1000000000 / frequencies[i] + 1) + (at >> 31));
        }
    }
}

static void saturates(void **state)
{
    const struct tick_scale slow = tick_scale(1000000);
    const struct tick_scale fast = tick_scale(4000000000);

    (void)state;
    assert_true(ticks_to_nanoseconds(&slow, UINT64_MAX) == UINT64_MAX);
    assert_true(nanoseconds_to_ticks(&fast, UINT64_MAX) == UINT64_MAX);
    assert_true(nanoseconds_to_ticks(&slow, UINT64_MAX) < UINT64_MAX / 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_exact_for_even_frequencies),
        cmocka_unit_test(keeps_its_error_small),
        cmocka_unit_test(never_goes_back),
        cmocka_unit_test(sets_no_deadline_early),
        cmocka_unit_test(saturates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
