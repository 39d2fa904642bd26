/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm PrimeCell UART, PL011 (Arm DDI 0183): 8 bits, no parity, 1 stop bit, FIFOs on, interrupts in
 * both directions.
 */
#ifndef PL011_H
#define PL011_H

#include <kernel/device.h>
#include <kernel/event.h>
#include <kernel/ring.h>
#include <pl011_config.h>
#include <stdbool.h>
#include <stdint.h>

/* CONFIG_PL011_BUFFER, rounded up to the power of two that a ring needs. */
#define PL011_CAPACITY (1u << (32 - __builtin_clz(CONFIG_PL011_BUFFER - 1)))

struct pl011_state {
    struct ring received;
    struct ring queued; /* to be sent */
    struct event *receivable;
    struct event *writable;
    uint32_t overruns;
    bool stalled; /* receiving waits for a read */
    uint8_t received_data[PL011_CAPACITY];
    uint8_t queued_data[PL011_CAPACITY];
};

extern const struct driver pl011_driver;

#endif
