/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A PC's frequencies: the 16550's divisor, and those of the counters.
 */
#include <platforms/drivers/lapic-timer/tsc_frequency.h>
#include <platforms/drivers/ns16550/ns16550_divisor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void divides_a_pc_clock(void **state)
{
    (void)state;
    assert_int_equal(ns16550_divisor(1843200, 115200), 1);
    assert_int_equal(ns16550_divisor(1843200, 9600), 12);
    assert_int_equal(ns16550_divisor(1843200, 50), 2304);
    assert_int_equal(ns16550_divisor(24000000, 115200), 13); /* 0.16 % off */
}

static void refuses_what_a_line_would_not_bear(void **state)
{
    (void)state;
    assert_int_equal(ns16550_divisor(1843200, 230400), 0);
    assert_int_equal(ns16550_divisor(1843200, 80000), 0); /* 115200 or 57600 is what it can */
    assert_int_equal(ns16550_divisor(1843200, 0), 0);
    assert_int_equal(ns16550_divisor(4000000000, 300), 0); /* more than 16 bits */
    assert_int_equal(ns16550_divisor(16, 4000000), 0);
}

static void takes_frequencies_from_cpuid(void **state)
{
    (void)state;
    assert_int_equal(tsc_frequency_of_ratio(2, 216, 24000000), 2592000000);
    assert_int_equal(tsc_frequency_of_ratio(1, 240, 25000000), 6000000000);
    assert_int_equal(tsc_frequency_of_ratio(0, 216, 24000000), 0);
    assert_int_equal(tsc_frequency_of_ratio(2, 0, 24000000), 0);
    assert_int_equal(tsc_frequency_of_ratio(2, 216, 0), 0); /* the crystal is not told */
}

static void measures_frequencies(void **state)
{
    (void)state;
    assert_int_equal(tsc_frequency_of_count(3000000, 1193182, 1193182), 3000000);
    assert_int_equal(tsc_frequency_of_count(12500000, 5965, 1193182), 2500381391);
    assert_int_equal(tsc_frequency_of_count(0, 5965, 1193182), 0);
    assert_int_equal(tsc_frequency_of_count(1000, 0, 1193182), 0);
    assert_int_equal(tsc_frequency_of_count((UINT64_C(1) << 40) - 1, 1u << 23, 1u << 23),
                     (UINT64_C(1) << 40) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divides_a_pc_clock),
        cmocka_unit_test(refuses_what_a_line_would_not_bear),
        cmocka_unit_test(takes_frequencies_from_cpuid),
        cmocka_unit_test(measures_frequencies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
