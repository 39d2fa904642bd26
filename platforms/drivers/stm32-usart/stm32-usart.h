/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "serial": the STM32F4's USART as an asynchronous port, 8 data bits, no parity, one stop bit
 * (ST, RM0090, 30). Received bytes overrun if the interrupt is not served within the time of a
 * byte.
 */
#ifndef STM32_USART_H
#define STM32_USART_H

#include <kernel/device.h>
#include <kernel/serial_buffer.h>
#include <stddef.h>
#include <stdint.h>
#include <stm32_usart_config.h>

struct stm32_usart_state {
    struct serial_buffer buffer;
    uint8_t received[CONFIG_STM32_USART_BUFFER];
    uint8_t sending[CONFIG_STM32_USART_BUFFER];
};

_Static_assert(offsetof(struct stm32_usart_state, buffer) == 0, "serial_buffer.h");

extern const struct driver stm32_usart_driver;

/* USART_BRR for `baud` bit/s from `clock` Hz with 16 samples a bit, rounded to the nearest; 0 if
 * the device cannot do it: it wants 16 to 65535 clocks a bit (RM0090, 30.3.4). */
uint32_t stm32_usart_divisor(uint32_t clock, uint32_t baud);

#endif
