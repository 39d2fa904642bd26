/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The line speed's arithmetic, apart so that a unit test can call it on the host.
 */
#include <platforms/drivers/cmsdk-uart/cmsdk-uart.h>

enum { DIVISOR_MIN = 16, DIVISOR_MAX = (1 << 20) - 1 };

uint32_t cmsdk_uart_divisor(uint32_t clock, uint32_t baud)
{
    if (baud == 0)
        return 0;
    uint64_t divisor = ((uint64_t)clock + baud / 2) / baud;
    return divisor < DIVISOR_MIN || divisor > DIVISOR_MAX ? 0 : (uint32_t)divisor;
}
