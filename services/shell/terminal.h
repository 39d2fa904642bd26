/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a shell talks to: bytes in and out that never wait, and an event to wait for. A backend
 * fills the operations and signals the event; the shell knows no more of it.
 */
#ifndef SHELL_TERMINAL_H
#define SHELL_TERMINAL_H

#include <kernel/board.h>
#include <kernel/device.h>
#include <kernel/event.h>
#include <stddef.h>
#include <stdint.h>

struct terminal {
    /* Takes up to `size` bytes for sending and returns how many; never waits. */
    size_t (*write)(struct terminal *terminal, const uint8_t *data, size_t size);
    /* Stores up to `size` received bytes and returns how many; never waits. */
    size_t (*read)(struct terminal *terminal, uint8_t *data, size_t size);
    void *context; /* the backend's */
    /* Bytes came in, sending has made room; whoever else has news for the shell signals it too. */
    struct event activity;
};

/* Opens `terminal` on a device of class "serial", borrowed for good. Task context. */
void terminal_open_serial(struct terminal *terminal, const struct device *device);

/* Opens `terminal` on a port of the serial mux for the life of the service, with capabilities and
 * memory of it. Where the mux closes the port it is opened anew once the mux is back. Fails as
 * page_allocate and port_open. Task context. */
enum status terminal_open_port(struct terminal *terminal, uint16_t number,
                               const struct service *service);

/* Writes all of it, waiting for room. Task context. */
void terminal_write(struct terminal *terminal, const char *text, size_t length);

#endif
