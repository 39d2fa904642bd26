/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A port of the serial mux as a terminal.
 */
#include "terminal.h"

#include <services/port/port.h>

struct port_terminal {
    struct port_client client;
    uint8_t piece[PORT_DATA]; /* received; read up to `next` */
    size_t length, next;
};

static struct port_terminal port_terminal;

/* Where the mux has closed the port, what is written goes nowhere. */
static size_t write_port(struct terminal *terminal, const uint8_t *data, size_t size)
{
    (void)terminal;
    size_t taken;
    enum status status = port_send(&port_terminal.client, data, size, &taken, 0);
    return status == OK || status == ERR_WOULD_BLOCK ? taken : size;
}

static size_t read_port(struct terminal *terminal, uint8_t *data, size_t size)
{
    struct port_terminal *port = &port_terminal;
    (void)terminal;
    if (port->next == port->length) {
        port->next = 0;
        if (port_receive(&port->client, port->piece, &port->length, 0))
            port->length = 0;
    }
    size_t count = 0;
    while (count < size && port->next < port->length)
        data[count++] = port->piece[port->next++];
    return count;
}

enum status terminal_open_port(struct terminal *terminal, uint16_t number,
                               struct capability_holder *holder)
{
    const struct port_client_parameters parameters = {
        .holder = holder,
        .number = number,
        .priority = CHANNEL_PRIORITIES / 2,
        .receivable = &terminal->activity,
        .writable = &terminal->writable,
    };
    *terminal = (struct terminal){.write = write_port, .read = read_port};
    return port_open(&port_terminal.client, &parameters);
}
