/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The line speed's arithmetic, apart so that a unit test can call it on the host. BRR is 16 times
 * USARTDIV, mantissa and fraction, which is clock / baud as it stands.
 */
#include <platforms/drivers/stm32-usart/stm32-usart.h>

enum { DIVISOR_MIN = 16, DIVISOR_MAX = 0xffff };

uint32_t stm32_usart_divisor(uint32_t clock, uint32_t baud)
{
    if (baud == 0)
        return 0;
    uint64_t divisor = ((uint64_t)clock + baud / 2) / baud;
    return divisor < DIVISOR_MIN || divisor > DIVISOR_MAX ? 0 : (uint32_t)divisor;
}
