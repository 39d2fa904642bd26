/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The 16550 UART (PC16550D, National Semiconductor 1995) of every PC, by I/O ports or in memory: 8
 * bits, no parity, 1 stop bit, FIFOs on, interrupts in both directions.
 */
#ifndef NS16550_H
#define NS16550_H

#include <kernel/device.h>
#include <kernel/serial_buffer.h>
#include <ns16550_config.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ns16550_state {
    struct serial_buffer buffer;
    uint8_t interrupts; /* what the interrupt enable register has */
    bool is_configured;
    uint8_t received[CONFIG_NS16550_BUFFER];
    uint8_t sending[CONFIG_NS16550_BUFFER];
};

_Static_assert(offsetof(struct ns16550_state, buffer) == 0, "serial_buffer.h");

extern const struct driver ns16550_driver;

#endif
