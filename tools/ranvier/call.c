/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See call.h.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>

enum {                          /* ms that a board has to tell its ports when it is spoken to, */
       GATEWAY_PATIENCE = 5000, /* where nothing tells whether it has a mux, */
       MUX_PATIENCE = 15000     /* and where its mux was heard: it may only be slow */
};

static void on_data(void *context, uint16_t port, const uint8_t *data, size_t size)
{
    struct caller *caller = context;
    if (port == caller->port && message_gather(&caller->coming, data, size))
        caller->whole = true;
    wire_taken(&caller->wire, port);
}

static void on_connected(void *context, bool connected)
{
    struct caller *caller = context;
    caller->lost |= !connected;
}

static bool has_gateway(const struct caller *caller)
{
    for (const struct wire_port *port = caller->wire.ports; port; port = port->next)
        if (port->number == caller->port)
            return port->open;
    return false;
}

static int64_t patience(const struct caller *caller)
{
    return caller->wire.muxed ? MUX_PATIENCE : GATEWAY_PATIENCE;
}

int call_open(struct caller *caller, const struct command *command, int port, int count,
              char **words)
{
    const struct wire_user user = {.data = on_data, .connected = on_connected, .context = caller};
    memset(caller, 0, sizeof(*caller));
    caller->port = (uint16_t)(port ? port : MESSAGE_PORT);
    caller->coming = (struct message_gathering){.bytes = caller->bytes, .capacity = CALL_MESSAGE};
    const char *trouble = command_link(&caller->wire.link, count, words);
    if (trouble)
        return command_refuse(command, "%s", trouble);
    wire_read(&caller->wire, caller->port, true);
    trouble = wire_open(&caller->wire, &user);
    if (trouble)
        return command_fail("%s: %s", caller->wire.link.name, trouble);
    while (!has_gateway(caller) && !caller->wire.echoes &&
           (caller->wire.silent || wire_now() - caller->wire.opened < patience(caller)))
        if (!wire_step(&caller->wire, 100))
            break;
    if (has_gateway(caller))
        return COMMAND_OK;
    trouble = caller->wire.echoes       ? "what is sent there comes back: no board listens"
              : !caller->wire.muxed     ? "no serial mux answers there (the board file's `sermux`)"
              : !caller->wire.announced ? "its serial mux knows no credit"
                                        : "it has no gateway (the board file's `gateway`) there";
    const int status = command_fail("%s: %s", caller->wire.link.name, trouble);
    call_close(caller);
    return status;
}

void call_close(struct caller *caller)
{
    wire_close(&caller->wire);
}

/* Sends the message as the port takes it. False at `end`, or if the link was lost. */
static bool send(struct caller *caller, const uint8_t *bytes, size_t length, int64_t end)
{
    uint8_t piece[WIRE_FRAME];
    size_t offset = 0;
    while (offset < length && wire_now() < end && !caller->lost) {
        if (!wire_allows(&caller->wire, caller->port)) {
            if (!wire_step(&caller->wire, 100))
                return false;
            continue;
        }
        const size_t size =
            message_piece(bytes, length, &offset, piece, caller->wire.frame - FRAME_HEADER);
        wire_send(&caller->wire, caller->port, piece, size);
    }
    return offset == length;
}

/* Waits for the reply to the last call; those to calls that were given up are passed over. */
static enum status receive(struct caller *caller, struct message_reply *reply, int64_t end)
{
    for (;;) {
        if (caller->whole) {
            caller->whole = false;
            if (message_read_reply(caller->bytes, caller->coming.length, reply) &&
                reply->id == caller->id)
                return (enum status)reply->status;
        }
        if (caller->lost)
            return ERR_CLOSED;
        if (wire_now() >= end)
            return ERR_TIMEOUT;
        if (!wire_step(&caller->wire, 100))
            return ERR_CLOSED;
    }
}

/* As call_service, for values that are encoded already: *body, of *length bytes, lies in `caller`.
 */
static enum status call_encoded(struct caller *caller, const struct uuid *uuid, uint32_t hash,
                                const uint8_t *request, size_t size, const uint8_t **body,
                                size_t *length, unsigned seconds)
{
    static uint8_t bytes[MESSAGE_HEAD + CALL_MESSAGE];
    struct message_request head = {.id = ++caller->id, .hash = hash};
    struct message_reply reply = {0};
    const int64_t end = wire_now() + 1000 * (int64_t)seconds;
    memcpy(head.uuid, uuid, sizeof(head.uuid));
    const size_t before = message_write_request(&head, bytes);
    memcpy(bytes + before, request, size);
    caller->lost = false;
    if (!send(caller, bytes, before + size, end))
        return caller->lost ? ERR_CLOSED : ERR_TIMEOUT;
    enum status status = receive(caller, &reply, end);
    *body = reply.body;
    *length = reply.body_length;
    return status;
}

enum status call_service(struct caller *caller, const struct interface *interface, size_t number,
                         const void *request, void *reply, unsigned seconds)
{
    static uint8_t encoded[CALL_MESSAGE];
    const struct interface_call *call = &interface->calls[number];
    const uint8_t *body;
    size_t length;
    enum status status = interface_encode(call->request, interface->version, request, encoded,
                                          sizeof(encoded), &length);
    if (!status)
        status = call_encoded(caller, &interface->uuid, call->hash, encoded, length, &body, &length,
                              seconds);
    if (!status)
        status = interface_decode(call->reply, body, length, reply);
    return status;
}
