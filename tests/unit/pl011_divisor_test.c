/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The PL011's divisor, with the example of its manual and every usual line speed.
 */
#include <platforms/drivers/pl011/pl011_divisor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void agrees_with_the_manual(void **state)
{
    (void)state;
    /* Arm DDI 0183, 3.3.6: 4 MHz, 230400 bit/s: BRDI = 1, BRDF = 0.085, FBRD = 5 */
    assert_int_equal(pl011_divisor(4000000, 230400), 1 << 6 | 5);
    /* 24 MHz, 115200 bit/s: 13.02 */
    assert_int_equal(pl011_divisor(24000000, 115200), 13 << 6 | 1);
    /* 48 MHz, 115200 bit/s: 26.04 */
    assert_int_equal(pl011_divisor(48000000, 115200), 26 << 6 | 3);
}

static void comes_within_a_percent(void **state)
{
    static const uint32_t clocks[] = {24000000, 48000000};
    static const uint32_t speeds[] = {9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; j < sizeof speeds / sizeof *speeds; j++) {
            double made = clocks[i] * 4.0 / pl011_divisor(clocks[i], speeds[j]);
            assert_true(made > speeds[j] * 0.99 && made < speeds[j] * 1.01);
        }
    }
}

static void refuses_what_the_clock_cannot_make(void **state)
{
    (void)state;
    assert_int_equal(pl011_divisor(24000000, 0), 0);
    assert_int_equal(pl011_divisor(24000000, 1500000), 1 << 6);
    assert_int_equal(pl011_divisor(24000000, 1600000), 0);
    assert_int_equal(pl011_divisor(0, 115200), 0);
    assert_int_equal(pl011_divisor(UINT32_MAX, 300), 0);
    assert_int_equal(pl011_divisor(24000000, UINT32_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_manual),
        cmocka_unit_test(comes_within_a_percent),
        cmocka_unit_test(refuses_what_the_clock_cannot_make),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
