/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The mini UART among the auxiliary peripherals of BCM2835 and its successors ("BCM2835 ARM
 * Peripherals", 2.2, with its published errata): 8 bits, no parity, 1 stop bit, FIFOs of 8 bytes.
 */
#ifndef MINI_UART_H
#define MINI_UART_H

#include <kernel/device.h>
#include <kernel/serial_buffer.h>
#include <mini_uart_config.h>
#include <stddef.h>
#include <stdint.h>

struct mini_uart_state {
    struct serial_buffer buffer;
    uint8_t received[CONFIG_MINI_UART_BUFFER];
    uint8_t sending[CONFIG_MINI_UART_BUFFER];
};

_Static_assert(offsetof(struct mini_uart_state, buffer) == 0, "serial_buffer.h");

extern const struct driver mini_uart_driver;

#endif
