/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A port of the serial mux as a terminal.
 */
#include "terminal.h"

#include <kernel/clock.h>
#include <kernel/memory.h>
#include <kernel/task.h>
#include <services/port/port.h>

enum { REOPEN_PAUSE = 100000000 }; /* ns */

struct port_terminal {
    struct port_client client;
    const struct service *service;
    uint8_t piece[PORT_DATA]; /* received; read up to `next` */
    size_t length, next;
};

static enum status open_port(struct terminal *terminal, uint16_t number)
{
    struct port_terminal *port = terminal->context;
    const struct port_client_parameters parameters = {
        .holder = port->service->holder,
        .number = number,
        .priority = CHANNEL_PRIORITIES / 2,
        .event = &terminal->activity,
    };
    return port_open(&port->client, &parameters);
}

/* Waits until the mux, which has closed the port, is back. */
static void reopen(struct terminal *terminal)
{
    struct port_terminal *port = terminal->context;
    port_abandon(&port->client);
    while (open_port(terminal, port->client.number) &&
           task_sleep_until(clock_now() + REOPEN_PAUSE) != ERR_CANCELLED)
        continue;
}

/* Where the mux has closed the port, what is written goes nowhere. */
static size_t write_port(struct terminal *terminal, const uint8_t *data, size_t size)
{
    struct port_terminal *port = terminal->context;
    size_t taken;
    enum status status = port_send(&port->client, data, size, &taken, 0);
    return status == OK || status == ERR_WOULD_BLOCK ? taken : size;
}

static size_t read_port(struct terminal *terminal, uint8_t *data, size_t size)
{
    struct port_terminal *port = terminal->context;
    if (port->next == port->length) {
        port->next = 0;
        enum status status = port_receive(&port->client, port->piece, &port->length, 0);
        if (status)
            port->length = 0;
        if (status == ERR_CLOSED)
            reopen(terminal);
    }
    size_t count = 0;
    while (count < size && port->next < port->length)
        data[count++] = port->piece[port->next++];
    return count;
}

enum status terminal_open_port(struct terminal *terminal, uint16_t number,
                               const struct service *service)
{
    const unsigned order = page_order(&memory_pages, sizeof(struct port_terminal));
    void *memory;
    enum status status = page_allocate(&memory_pages, memory_owner(service), order, &memory);
    if (status)
        return status;
    struct port_terminal *port = memory;
    port->service = service;
    port->length = port->next = 0;
    *terminal = (struct terminal){.write = write_port, .read = read_port, .context = port};
    status = open_port(terminal, number);
    if (status)
        page_free(&memory_pages, memory, order);
    return status;
}
