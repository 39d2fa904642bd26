/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/cmsdk-uart/divisor.c
// board: mps2-an385
/*
 * The CMSDK UART's line speeds.
 */
#include <platforms/drivers/cmsdk-uart/cmsdk-uart.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void nearest_divisor(void **state)
{
    (void)state;
    assert_int_equal(cmsdk_uart_divisor(25000000, 115200), 217);
    assert_int_equal(cmsdk_uart_divisor(25000000, 38400), 651);
    assert_int_equal(cmsdk_uart_divisor(16000000, 1000000), 16);
    assert_int_equal(cmsdk_uart_divisor(25000000, 300), 83333);
}

static void out_of_reach(void **state)
{
    (void)state;
    assert_int_equal(cmsdk_uart_divisor(25000000, 2000000), 0); /* 12.5 clocks a bit */
    assert_int_equal(cmsdk_uart_divisor(UINT32_MAX, 300), 0);
    assert_int_equal(cmsdk_uart_divisor(25000000, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_divisor),
        cmocka_unit_test(out_of_reach),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
