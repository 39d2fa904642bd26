/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "serial": the UART of the Cortex-M System Design Kit (Arm, DDI 0479D, 4.2). It holds one
 * byte in each direction, so that everything depends on the interrupts: the receive interrupt must
 * be served within the time of a byte, and each transmit interrupt sends the next.
 */
#ifndef CMSDK_UART_H
#define CMSDK_UART_H

#include <cmsdk_uart_config.h>
#include <kernel/device.h>
#include <kernel/serial_buffer.h>
#include <stddef.h>
#include <stdint.h>

struct cmsdk_uart_state {
    struct serial_buffer buffer;
    uint8_t received[CONFIG_CMSDK_UART_BUFFER];
    uint8_t sending[CONFIG_CMSDK_UART_BUFFER];
};

_Static_assert(offsetof(struct cmsdk_uart_state, buffer) == 0, "serial_buffer.h");

extern const struct driver cmsdk_uart_driver;

/* BAUDDIV for a line speed of `baud` bit/s from a clock of `clock` Hz, rounded to the nearest; 0 if
 * the device cannot do it: it wants 16 to 2^20 - 1 clocks a bit (4.2.3). */
uint32_t cmsdk_uart_divisor(uint32_t clock, uint32_t baud);

#endif
