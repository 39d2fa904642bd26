/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The service around the mux (mux.h): its calls, the ports that are its own, and its loop, which
 * waits for the wire, for clients and for time alike by one event.
 */
#include <services/sermux/sermux.h>

#include "mux.h"
#include "trace.h"

#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/format.h>
#include <kernel/memory.h>
#include <kernel/serial.h>
#include <kernel/task.h>
#include <sermux_interface.h>

enum {
    HEAP_START = 8192,     /* bytes; it grows with the ports */
    LOOPBACK_CAPACITY = 4, /* frames */
    URGENT = 0,
    USUAL = 1,
    PATIENT = 2,
};

struct sermux {
    const struct sermux_config *config;
    struct capability_holder *holder; /* the service's, for calls */
    struct capability_holder ports;   /* for what the ports have: as much as they need */
    struct event activity;
    struct mux mux;
    struct port *hello;
    uint64_t greeting; /* ns since entry; when the next is due */
};

static struct sermux sermux;

/* --- calls */

static enum status open_port(void *context, const struct sermux_open_port_request *request,
                             struct sermux_open_port_reply *reply)
{
    struct sermux *self = context;
    struct port_parameters parameters = {
        .number = request->port,
        .priority = request->priority,
        .capacity = request->capacity,
        .room = request->capacity,
    };
    struct port *port;
    enum status status =
        capability_transfer(self->holder, request->inbox, &self->ports, &parameters.inbox);
    if (status) {
        capability_drop(self->holder, request->inbox);
        return status == ERR_NOT_FOUND ? ERR_INVALID : status;
    }
    status = mux_open(&self->mux, &parameters, &port);
    if (status) {
        capability_drop(&self->ports, parameters.inbox);
        return status;
    }
    status = capability_derive(&self->ports, port->own, CAPABILITY_WRITE | CAPABILITY_TRANSFER,
                               self->holder, &reply->channel);
    if (status)
        mux_close(&self->mux, port);
    return status;
}

static enum status close_port(void *context, const struct sermux_close_port_request *request)
{
    struct sermux *self = context;
    void *channel;
    enum status status = capability_resolve(self->holder, request->channel, &channel_type,
                                            CAPABILITY_WRITE, &channel);
    if (status)
        return ERR_NOT_FOUND;
    for (size_t i = 0; i < self->mux.port_count; i++) {
        struct port *port = &self->mux.ports[i];
        if (port->open && &port->channel == channel) {
            mux_close(&self->mux, port); /* which ends the capability, too */
            return OK;
        }
    }
    capability_drop(self->holder, request->channel);
    return ERR_NOT_FOUND;
}

static enum status tell_port(void *context, const struct sermux_port_request *request,
                             struct sermux_port_reply *reply)
{
    const struct sermux *self = context;
    const struct port *found = NULL;
    for (size_t i = 0; i < self->mux.port_count; i++) {
        const struct port *port = &self->mux.ports[i];
        if (port->open && port->number >= request->from && (!found || port->number < found->number))
            found = port;
    }
    if (!found)
        return ERR_NOT_FOUND;
    reply->port = found->number;
    reply->priority = found->priority;
    reply->capacity = found->channel.capacity;
    reply->waiting = (uint16_t)channel_count(&found->channel);
    reply->sent = found->frames_out;
    reply->received = found->frames_in;
    reply->dropped = found->dropped;
    return OK;
}

static enum status tell_wire(void *context, struct sermux_wire_reply *reply)
{
    const struct sermux *self = context;
    const struct device *device = self->mux.device;
    format_text(reply->device, sizeof(reply->device), "%s", device->name);
    reply->frame = (uint16_t)self->mux.frame;
    reply->host = self->mux.announced;
    reply->damaged = self->mux.counts.damaged;
    reply->too_long = self->mux.counts.too_long;
    reply->unknown = self->mux.counts.unknown;
    reply->overruns = serial(device)->overruns(device);
    return OK;
}

/* --- its own ports */

/* What comes is sent back: the port's inbox is its own channel. */
static enum status open_loopback(struct sermux *self)
{
    const struct port_parameters parameters = {
        .number = MUX_LOOPBACK, .priority = PATIENT, .capacity = LOOPBACK_CAPACITY};
    struct port *port;
    enum status status = mux_open(&self->mux, &parameters, &port);
    if (status)
        return status;
    status =
        capability_derive(&self->ports, port->own, CAPABILITY_WRITE, &self->ports, &port->inbox);
    port->room = LOOPBACK_CAPACITY;
    return status;
}

static enum status open_own_ports(struct sermux *self)
{
    const struct port_parameters hello = {.number = MUX_HELLO, .priority = PATIENT, .capacity = 1};
    const struct port_parameters trace = {.number = MUX_TRACE, .priority = USUAL, .capacity = 1};
    struct port *port;
    enum status status = OK;
    self->greeting = CLOCK_NEVER;
    if (self->config->loopback)
        status = open_loopback(self);
    if (!status && self->config->hello) {
        status = mux_open(&self->mux, &hello, &self->hello);
        self->greeting = clock_now();
    }
    if (!status && self->config->device == board.console) {
        status = mux_open(&self->mux, &trace, &port);
        if (!status)
            status = trace_start(&self->activity);
    }
    return status;
}

/* One that finds the port's channel full is left out. */
static void greet(struct sermux *self)
{
    if (clock_now() < self->greeting)
        return;
    char text[48];
    const size_t length = format_text(text, sizeof(text), "hello from %s\r\n", board.name);
    const struct message message = {
        .call = 1, .data = text, .size = (uint16_t)length, .priority = PATIENT};
    channel_send(&self->ports, self->hello->own, &message, 0);
    self->greeting = clock_now() + self->config->hello;
}

/* --- the service */

/* Each port has its channel, an inbox, and while it opens what it gives away. */
static enum status make_holder(struct sermux *self, struct heap *heap)
{
    const uint32_t count = 2u * self->config->ports + MESSAGE_CAPABILITIES;
    void *slots;
    enum status status = heap_allocate(heap, count * sizeof(struct capability_slot), 0, &slots);
    if (!status) {
        capability_holder_init(&self->ports, slots, count);
        capability_holder_attach(self->holder, &self->ports);
    }
    return status;
}

static enum status start(struct sermux *self, const struct service *service,
                         struct capability *receiving)
{
    const struct sermux_config *config = service->config;
    struct mux_parameters parameters = {
        .device = config->device,
        .holder = &self->ports,
        .activity = &self->activity,
        .ports = config->ports,
        .frame = config->frame,
    };
    self->config = config;
    self->holder = service->holder;
    enum status status =
        heap_create(&memory_pages, memory_owner(service), HEAP_START, &parameters.heap);
    if (!status)
        status = make_holder(self, parameters.heap);
    if (!status)
        status = mux_init(&self->mux, &parameters);
    if (!status)
        status = open_own_ports(self);
    if (!status)
        status = sermux_provide(service->holder, receiving);
    if (!status)
        status = channel_listen(service->holder, *receiving, CAPABILITY_READ, &self->activity);
    return status;
}

static uint64_t next_deadline(struct sermux *self)
{
    uint64_t deadline = mux_deadline(&self->mux);
    const struct port *trace = mux_find(&self->mux, MUX_TRACE);
    if (self->greeting < deadline)
        deadline = self->greeting;
    if (trace && session_allows(&self->mux, trace) && trace_deadline() < deadline)
        deadline = trace_deadline();
    return deadline;
}

static void close_ports(struct mux *mux)
{
    for (size_t i = 0; i < mux->port_count; i++)
        if (mux->ports[i].open)
            mux_close(mux, &mux->ports[i]);
}

/* Does what there is to do now. */
static enum status work(struct sermux *self, struct capability receiving)
{
    static const struct sermux_server server = {
        .open_port = open_port, .close_port = close_port, .port = tell_port, .wire = tell_wire};
    const bool received = mux_receive(&self->mux);
    enum status status;
    do
        status = sermux_serve(&server, self, self->holder, receiving, NULL, 0);
    while (status == OK);
    if (status != ERR_WOULD_BLOCK)
        return status;
    greet(self);
    mux_send(&self->mux);
    if (received) {
        task_yield();
        return OK;
    }
    status = event_wait(&self->activity, next_deadline(self));
    return status == ERR_TIMEOUT ? OK : status;
}

enum status sermux_main(const struct service *service)
{
    struct capability receiving;
    enum status status = start(&sermux, service, &receiving);
    while (status == OK)
        status = work(&sermux, receiving);
    trace_stop();
    close_ports(&sermux.mux);
    return status;
}
