/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A client's end of a port of the serial mux: opens it by the mux's calls, sends and receives. For
 * services; without the mux in the image, opening fails.
 *
 * Data comes and goes in pieces of at most PORT_DATA bytes. Who waits for other things, too, gives
 * events; a signal says to look again.
 */
#ifndef SERVICES_PORT_H
#define SERVICES_PORT_H

#include <kernel/channel.h>
#include <kernel/event.h>
#include <kernel/status.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PORT_DATA = 510,           /* bytes of a piece */
    PORT_ROOM = 4,             /* pieces that wait in a client's inbox */
    PORT_PATIENCE = 1000000000 /* ns */
};

/* All fields are port.c's. Static, or as long-lived as the service. */
struct port_client {
    struct capability_holder *holder;
    struct capability wire;  /* to the mux's channel of the port */
    struct capability inbox; /* to the channel below */
    uint16_t number;
    size_t most;         /* bytes that the mux takes in one piece */
    struct event *event; /* of who opened it, or the next */
    struct event own;
    struct channel channel;
    struct channel_slot slots[PORT_ROOM];
    uint8_t data[PORT_ROOM * PORT_DATA];
};

struct port_client_parameters {
    struct capability_holder *holder; /* of the service; has room for six capabilities */
    uint16_t number;
    uint8_t priority; /* of what it sends: below CHANNEL_PRIORITIES */
    /* Signalled when something came, there is room to send or the port was closed; borrowed. NULL:
     * who reads and writes waits. */
    struct event *event;
};

/* Waits for the mux and opens the port. ERR_BUSY if it is open, ERR_UNSUPPORTED if the image has no
 * mux, or as the mux's open_port. Task context, as all here. */
enum status port_open(struct port_client *client, const struct port_client_parameters *parameters);

/* Closes the port once what was sent is on the wire, or PORT_PATIENCE after; `client` can be opened
 * again or given back then. */
void port_close(struct port_client *client);

/* The same for a port that the mux has closed, as it does when it ends: never waits. */
void port_abandon(struct port_client *client);

/* Sends the first bytes of these, as many as fit into one piece: *taken. Deadlines are ns since
 * entry, 0 for not to wait: ERR_WOULD_BLOCK or ERR_TIMEOUT then. ERR_CLOSED, ERR_NOT_FOUND if the
 * mux has closed the port. */
enum status port_send(struct port_client *client, const uint8_t *data, size_t size, size_t *taken,
                      uint64_t deadline);

/* Receives a piece; `data` has room for PORT_DATA bytes. ERR_WOULD_BLOCK or ERR_TIMEOUT; ERR_CLOSED
 * if nothing is left and the mux has closed the port; ERR_CANCELLED. */
enum status port_receive(struct port_client *client, uint8_t *data, size_t *size,
                         uint64_t deadline);

#endif
