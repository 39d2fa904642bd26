/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm PrimeCell UART, PL011 (Arm DDI 0183): 8 bits, no parity, 1 stop bit, FIFOs on, interrupts in
 * both directions.
 */
#ifndef PL011_H
#define PL011_H

#include <kernel/device.h>
#include <kernel/serial_buffer.h>
#include <pl011_config.h>
#include <stddef.h>
#include <stdint.h>

struct pl011_state {
    struct serial_buffer buffer;
    uint8_t received[CONFIG_PL011_BUFFER];
    uint8_t sending[CONFIG_PL011_BUFFER];
};

_Static_assert(offsetof(struct pl011_state, buffer) == 0, "serial_buffer.h");

extern const struct driver pl011_driver;

#endif
