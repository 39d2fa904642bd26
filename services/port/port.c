/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See port.h.
 */
#include <services/port/port.h>

#if CONFIG_SERVICE_SERMUX

#include <kernel/clock.h>
#include <kernel/task.h>
#include <sermux_interface.h>

enum { DRAIN_PAUSE = 5000000 }; /* ns */

/* The client's channel, and a capability to it that can be given away. */
static enum status make_inbox(struct port_client *client, struct capability *gift)
{
    const struct channel_parameters channel = {
        .name = "inbox",
        .slots = client->slots,
        .data = client->data,
        .capacity = PORT_ROOM,
        .data_size = PORT_DATA,
    };
    channel_init(&client->channel, &channel);
    enum status status = capability_create(client->holder, &channel_type, &client->channel,
                                           CAPABILITY_ALL, &client->inbox);
    if (status)
        return status;
    status = channel_listen(client->holder, client->inbox, CAPABILITY_READ, client->event);
    if (!status)
        status = capability_derive(client->holder, client->inbox,
                                   CAPABILITY_WRITE | CAPABILITY_TRANSFER, client->holder, gift);
    if (status)
        capability_drop(client->holder, client->inbox);
    return status;
}

/* Opens the port with a channel to the mux. */
static enum status open_by(struct port_client *client, struct capability mux,
                           const struct port_client_parameters *parameters)
{
    struct sermux_wire_reply wire;
    struct sermux_open_port_request request = {
        .port = parameters->number, .capacity = PORT_ROOM, .priority = parameters->priority};
    struct sermux_open_port_reply reply;
    enum status status = sermux_wire(client->holder, mux, &wire, CLOCK_NEVER);
    if (status)
        return status;
    client->most = (size_t)wire.frame - 2; /* a frame has its port, too */
    if (client->most > PORT_DATA)
        client->most = PORT_DATA;
    status = make_inbox(client, &request.inbox);
    if (status)
        return status;
    status = sermux_open_port(client->holder, mux, &request, &reply, CLOCK_NEVER);
    if (status) {
        capability_drop(client->holder, client->inbox);
        return status;
    }
    client->wire = reply.channel;
    return channel_listen(client->holder, client->wire, CAPABILITY_WRITE, client->event);
}

enum status port_open(struct port_client *client, const struct port_client_parameters *parameters)
{
    struct capability mux;
    client->holder = parameters->holder;
    client->number = parameters->number;
    client->own = (struct event){0};
    client->event = parameters->event ? parameters->event : &client->own;
    enum status status = sermux_connect(client->holder, CLOCK_NEVER, &mux);
    if (status)
        return status;
    status = open_by(client, mux, parameters);
    capability_drop(client->holder, mux);
    return status;
}

/* Waits until nothing that was sent waits in the mux. */
static void drain(const struct port_client *client, struct capability mux, uint64_t deadline)
{
    const struct sermux_port_request request = {.from = client->number};
    struct sermux_port_reply reply;
    while (clock_now() < deadline &&
           sermux_port(client->holder, mux, &request, &reply, deadline) == OK &&
           reply.port == client->number && reply.waiting)
        task_sleep_until(clock_now() + DRAIN_PAUSE);
}

void port_close(struct port_client *client)
{
    const uint64_t deadline = clock_now() + PORT_PATIENCE;
    const struct sermux_close_port_request request = {.channel = client->wire};
    struct capability mux;
    if (sermux_connect(client->holder, deadline, &mux) == OK) {
        drain(client, mux, deadline);
        sermux_close_port(client->holder, mux, &request, CLOCK_NEVER);
        capability_drop(client->holder, mux);
    }
    port_abandon(client); /* what did not go with the request */
}

#else

enum status port_open(struct port_client *client, const struct port_client_parameters *parameters)
{
    (void)client;
    (void)parameters;
    return ERR_UNSUPPORTED;
}

void port_close(struct port_client *client)
{
    (void)client;
}

#endif

void port_abandon(struct port_client *client)
{
    capability_drop(client->holder, client->wire);
    channel_close(&client->channel);
    capability_drop(client->holder, client->inbox);
}

enum status port_send(struct port_client *client, const uint8_t *data, size_t size, size_t *taken,
                      uint64_t deadline)
{
    const size_t piece = size < client->most ? size : client->most;
    const struct message message = {.call = 1,
                                    .data = (void *)(uintptr_t)data,
                                    .size = (uint16_t)piece,
                                    .priority = CHANNEL_PRIORITIES / 2};
    enum status status = channel_send(client->holder, client->wire, &message, deadline);
    *taken = status ? 0 : piece;
    return status;
}

enum status port_receive(struct port_client *client, uint8_t *data, size_t *size, uint64_t deadline)
{
    struct message message = {.data = data, .room = PORT_DATA};
    enum status status;
    while ((status = channel_receive(client->holder, client->inbox, &message, 0)) ==
           ERR_WOULD_BLOCK) {
        if (!channel_is_open(client->holder, client->wire))
            status = ERR_CLOSED;
        else if (deadline)
            status = event_wait(client->event, deadline);
        if (status)
            break;
    }
    *size = status ? 0 : message.size;
    return status;
}
