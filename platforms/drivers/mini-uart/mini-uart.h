/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The mini UART among the auxiliary peripherals of BCM2835 and its successors ("BCM2835 ARM
 * Peripherals", 2.2, with its published errata): 8 bits, no parity, 1 stop bit, FIFOs of 8 bytes.
 */
#ifndef MINI_UART_H
#define MINI_UART_H

#include <kernel/device.h>
#include <kernel/event.h>
#include <kernel/ring.h>
#include <mini_uart_config.h>
#include <stdbool.h>
#include <stdint.h>

/* CONFIG_MINI_UART_BUFFER, rounded up to the power of two that a ring needs. */
#define MINI_UART_CAPACITY (1u << (32 - __builtin_clz(CONFIG_MINI_UART_BUFFER - 1)))

struct mini_uart_state {
    struct ring received;
    struct ring queued; /* to be sent */
    struct event *receivable;
    struct event *writable;
    uint32_t overruns;
    bool stalled; /* receiving waits for a read */
    uint8_t received_data[MINI_UART_CAPACITY];
    uint8_t queued_data[MINI_UART_CAPACITY];
};

extern const struct driver mini_uart_driver;

#endif
