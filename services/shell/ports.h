/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Ports of the serial mux that words open, and those that spawned tasks print on. Their memory is
 * the service's pages. Task context.
 */
#ifndef SHELL_PORTS_H
#define SHELL_PORTS_H

#include "session.h"

struct shell_port;

/* ERR_UNSUPPORTED where the image has no mux, ERR_NO_MEMORY, or as port_open. */
enum status shell_port_open(const struct shell *shell, uint16_t number, struct shell_port **port);

/* Closes it when what was written is on the wire. */
void shell_port_close(struct shell_port *port);

/* Sends all of it; waits for room, and asks the session meanwhile whether it is to end. */
enum status shell_port_write(struct shell_port *port, struct shell *shell, const void *data,
                             size_t size);

/* Waits for data and stores at most `size` bytes of it; as above. */
enum status shell_port_read(struct shell_port *port, struct shell *shell, uint8_t *data,
                            size_t size, size_t *length);

#endif
