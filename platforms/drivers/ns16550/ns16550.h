/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The 16550 UART (PC16550D, National Semiconductor 1995) of every PC, by I/O ports or in memory: 8
 * bits, no parity, 1 stop bit, FIFOs on, interrupts in both directions.
 */
#ifndef NS16550_H
#define NS16550_H

#include <kernel/device.h>
#include <kernel/event.h>
#include <kernel/ring.h>
#include <ns16550_config.h>
#include <stdbool.h>
#include <stdint.h>

/* CONFIG_NS16550_BUFFER, rounded up to the power of two that a ring needs. */
#define NS16550_CAPACITY (1u << (32 - __builtin_clz(CONFIG_NS16550_BUFFER - 1)))

struct ns16550_state {
    struct ring received;
    struct ring queued; /* to be sent */
    struct event *receivable;
    struct event *writable;
    uint32_t overruns;
    uint8_t interrupts; /* what the interrupt enable register has */
    bool is_configured;
    uint8_t received_data[NS16550_CAPACITY];
    uint8_t queued_data[NS16550_CAPACITY];
};

extern const struct driver ns16550_driver;

#endif
