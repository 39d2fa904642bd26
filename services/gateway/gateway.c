/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See gateway.h. One call after the other: each is decoded by the tables of the interface that its
 * provider has bound, made, and its reply encoded. What callers hold, they hold in a table of their
 * own, so that no number that they make up names anything else.
 */
#include <services/gateway/gateway.h>

#include "message.h"

#include <kernel/clock.h>
#include <kernel/heap.h>
#include <kernel/interface.h>
#include <kernel/memory.h>
#include <kernel/registry.h>
#include <services/port/port.h>
#include <string.h>

enum { OUTSIDE = 16 }; /* capabilities of callers */

_Static_assert(sizeof(struct uuid) == MESSAGE_UUID, "RFC 9562");

struct gateway {
    const struct gateway_config *config;
    struct port_client port;
    struct capability_holder outside;
    struct capability_slot slots[OUTSIDE];
    struct message_gathering coming;
    uint8_t *request; /* the C struct, of config->message bytes, as the two below */
    uint8_t *reply;
    uint8_t *answer; /* the message */
    uint8_t piece[PORT_DATA];
};

static struct gateway gateway;

/* Makes the call and encodes its reply, of `room` bytes at most. */
static enum status call_by(struct gateway *self, struct capability channel,
                           const struct message_request *asked, uint8_t *reply, size_t room,
                           size_t *length)
{
    struct uuid uuid;
    memcpy(&uuid, asked->uuid, sizeof(uuid));
    const struct interface *interface = registry_codecs(&uuid);
    const struct interface_call *call;
    unsigned version;
    if (!interface)
        return ERR_CLOSED;
    enum status status = interface_find(interface, asked->hash, &call, &version);
    if (status)
        return status;
    if (call->request->size > self->config->message || call->reply->size > self->config->message)
        return ERR_LIMIT;
    status = interface_decode(call->request, asked->body, asked->body_length, self->request);
    if (!status)
        status = interface_call(&self->outside, channel, call, self->request, self->reply,
                                clock_now() + self->config->patience);
    if (!status)
        status = interface_encode(call->reply, version, self->reply, reply, room, length);
    return status;
}

/* A capability to the service's channel. While the board starts its services, which is until
 * `patience` after its entry, one that is not there yet is waited for. */
static enum status reach(const struct gateway *self, const struct registry_request *request,
                         struct capability *channel)
{
    const uint64_t patience = self->config->patience;
    enum status status = ERR_TIMEOUT;
    if (clock_now() < patience)
        status = registry_connect(request, patience, channel);
    if (status == ERR_TIMEOUT)
        status = registry_try_connect(request, clock_now() + patience, channel);
    return status;
}

/* Connects for one call: a service may refuse who comes from outside. */
static enum status serve(struct gateway *self, const struct message_request *asked, uint8_t *reply,
                         size_t room, size_t *length)
{
    struct registry_request request = {
        .holder = &self->outside, .calls = &asked->hash, .call_count = 1, .outside = true};
    struct capability channel;
    memcpy(&request.uuid, asked->uuid, sizeof(request.uuid));
    enum status status = reach(self, &request, &channel);
    if (status)
        return status;
    status = call_by(self, channel, asked, reply, room, length);
    capability_drop(&self->outside, channel);
    return status;
}

/* Answers the message that has come. Returns the answer's length; 0 for what is no request. */
static size_t answer(struct gateway *self)
{
    struct message_request asked;
    if (!message_read_request(self->coming.bytes, self->coming.length, &asked))
        return 0;
    struct message_reply reply = {.id = asked.id};
    const size_t head = message_write_reply(&reply, self->answer);
    size_t length = 0;
    enum status status = OK;
    if (asked.hash == 0) {
        capability_holder_clear(&self->outside);
        self->answer[head] = 0xa0; /* an empty map */
        length = 1;
    } else {
        status = serve(self, &asked, self->answer + head, self->config->message - head, &length);
    }
    if (!status)
        return head + length;
    reply.status = status;
    return message_write_reply(&reply, self->answer);
}

static enum status send(struct gateway *self, size_t length)
{
    size_t offset = 0, taken;
    for (size_t size;
         (size = message_piece(self->answer, length, &offset, self->piece, self->port.most)) > 0;) {
        enum status status = port_send(&self->port, self->piece, size, &taken, CLOCK_NEVER);
        if (status)
            return status;
    }
    return OK;
}

static enum status start(struct gateway *self, const struct service *service)
{
    const struct gateway_config *config = service->config;
    const struct port_client_parameters port = {
        .holder = service->holder, .number = config->port, .priority = 1};
    const size_t size = (config->message + HEAP_ALIGNMENT - 1) & ~(size_t)(HEAP_ALIGNMENT - 1);
    struct heap *heap;
    void *memory;
    self->config = config;
    capability_holder_init(&self->outside, self->slots, OUTSIDE);
    capability_holder_attach(service->holder, &self->outside);
    enum status status =
        heap_create(&memory_pages, memory_owner(service), 4 * size + HEAP_ALIGNMENT, &heap);
    if (!status)
        status = heap_allocate(heap, 4 * size, 0, &memory);
    if (status)
        return status;
    self->request = memory;
    self->reply = self->request + size;
    self->answer = self->reply + size;
    self->coming = (struct message_gathering){.bytes = self->answer + size, .capacity = size};
    return port_open(&self->port, &port);
}

enum status gateway_main(const struct service *service)
{
    struct gateway *self = &gateway;
    enum status status = start(self, service);
    while (status == OK) {
        size_t size;
        status = port_receive(&self->port, self->piece, &size, CLOCK_NEVER);
        if (!status && message_gather(&self->coming, self->piece, size)) {
            const size_t length = answer(self);
            status = length ? send(self, length) : OK;
        }
    }
    return status;
}
