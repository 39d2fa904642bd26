/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The mini UART's baud rate counter.
 */
#include <platforms/drivers/mini-uart/mini_uart_divisor.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_counter(uint32_t clock, uint32_t baud, uint32_t expected)
{
    uint32_t counter;

    assert_true(mini_uart_divisor(clock, baud, &counter));
    assert_int_equal(counter, expected);
}

static void finds_the_nearest_counter(void **state)
{
    (void)state;
    assert_counter(250000000, 115200, 270);
    assert_counter(500000000, 115200, 542);
    assert_counter(250000000, 921600, 33);
    assert_counter(250000000, 9600, 3254);
    assert_counter(8000000, 1000000, 0);
}

static void refuses_what_the_clock_cannot_make(void **state)
{
    uint32_t counter;

    (void)state;
    assert_false(mini_uart_divisor(250000000, 0, &counter));
    assert_false(mini_uart_divisor(1000000, 4000000, &counter));
    assert_false(mini_uart_divisor(UINT32_MAX, 300, &counter));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_nearest_counter),
        cmocka_unit_test(refuses_what_the_clock_cannot_make),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
