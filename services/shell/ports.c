/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See ports.h.
 */
#include "ports.h"

#include <kernel/clock.h>
#include <kernel/memory.h>
#include <services/port/port.h>
#include <string.h>

enum { GLANCE = 50000000 }; /* ns between two looks at the session */

struct shell_port {
    struct port_client client;
    const struct service *service;
    size_t length, next; /* of the piece: read up to `next` */
    uint8_t piece[PORT_DATA];
};

static unsigned pages_order(void)
{
    return page_order(&memory_pages, sizeof(struct shell_port));
}

enum status shell_port_open(const struct shell *shell, uint16_t number, struct shell_port **port)
{
    const struct port_client_parameters parameters = {
        .holder = shell_holder(shell), .number = number, .priority = CHANNEL_PRIORITIES / 2};
    void *memory;
    enum status status = CONFIG_SERVICE_SERMUX ? OK : ERR_UNSUPPORTED;
    if (!status)
        status = page_allocate(&memory_pages, memory_owner(shell->service), pages_order(), &memory);
    if (status)
        return status;
    *port = memory;
    **port = (struct shell_port){.service = shell->service};
    status = port_open(&(*port)->client, &parameters);
    if (status)
        page_free(&memory_pages, memory, pages_order());
    return status;
}

void shell_port_close(struct shell_port *port)
{
    port_close(&port->client);
    page_free(&memory_pages, port, pages_order());
}

/* Whether what took until its deadline is to be tried again. */
static bool again(struct shell *shell, enum status *status)
{
    if (*status != ERR_TIMEOUT)
        return false;
    if (session_pause(shell, 0))
        *status = ERR_CANCELLED;
    return *status == ERR_TIMEOUT;
}

enum status shell_port_write(struct shell_port *port, struct shell *shell, const void *data,
                             size_t size)
{
    const uint8_t *bytes = data;
    enum status status = OK;
    while (size && !status) {
        size_t taken;
        do
            status = port_send(&port->client, bytes, size, &taken, clock_now() + GLANCE);
        while (again(shell, &status));
        bytes += taken;
        size -= taken;
    }
    return status;
}

enum status shell_port_read(struct shell_port *port, struct shell *shell, uint8_t *data,
                            size_t size, size_t *length)
{
    enum status status = OK;
    if (port->next == port->length) {
        port->next = port->length = 0;
        do
            status = port_receive(&port->client, port->piece, &port->length, clock_now() + GLANCE);
        while (again(shell, &status));
    }
    *length = port->length - port->next < size ? port->length - port->next : size;
    memcpy(data, port->piece + port->next, *length);
    port->next += *length;
    return status;
}
