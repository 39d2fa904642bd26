/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a shell talks to: bytes in and out that never wait, and events to wait for. A backend fills
 * the operations and signals the events; the shell knows no more of it.
 */
#ifndef SHELL_TERMINAL_H
#define SHELL_TERMINAL_H

#include <kernel/capability.h>
#include <kernel/device.h>
#include <kernel/event.h>
#include <stddef.h>
#include <stdint.h>

struct terminal {
    /* Takes up to `size` bytes for sending and returns how many; never waits. */
    size_t (*write)(struct terminal *terminal, const uint8_t *data, size_t size);
    /* Stores up to `size` received bytes and returns how many; never waits. */
    size_t (*read)(struct terminal *terminal, uint8_t *data, size_t size);
    const void *context;   /* the backend's */
    struct event activity; /* bytes came in; whoever else has news for the shell signals it too */
    struct event writable; /* sending has made room */
};

/* Opens `terminal` on a device of class "serial", borrowed for good. Task context. */
void terminal_open_serial(struct terminal *terminal, const struct device *device);

/* Opens `terminal` on a port of the serial mux, with capabilities of `holder`; one in an image.
 * Fails as port_open. Task context. */
enum status terminal_open_port(struct terminal *terminal, uint16_t number,
                               struct capability_holder *holder);

/* Writes all of it, waiting for room. Task context. */
void terminal_write(struct terminal *terminal, const char *text, size_t length);

#endif
