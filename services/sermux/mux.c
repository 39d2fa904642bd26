/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Ports and the wire; what is agreed with the host is session.c's.
 */
#include "mux.h"
#include "trace.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/serial.h>

enum { CHUNK = 64 }; /* bytes that are taken from the wire before others have a turn */

enum status mux_init(struct mux *mux, const struct mux_parameters *parameters)
{
    const size_t wire = FRAME_WIRE(parameters->frame);
    void *ports, *buffers;
    enum status status =
        heap_allocate(parameters->heap, parameters->ports * sizeof(struct port), 0, &ports);
    if (status)
        return status;
    status = heap_allocate(parameters->heap, 2 * parameters->frame + wire, 0, &buffers);
    if (status) {
        heap_free(parameters->heap, ports);
        return status;
    }
    *mux = (struct mux){
        .device = parameters->device,
        .holder = parameters->holder,
        .heap = parameters->heap,
        .activity = parameters->activity,
        .ports = ports,
        .port_count = parameters->ports,
        .frame = parameters->frame,
        .data = (uint8_t *)buffers + parameters->frame,
        .wire = (uint8_t *)buffers + 2 * parameters->frame,
        .wire_length = 1,     /* a zero: ends whatever the wire had before */
        .step = MUX_SUSPECTS, /* a frame may have begun before the device was set up */
        .tell_restart = true,
    };
    mux->wire[0] = 0;
    for (size_t i = 0; i < mux->port_count; i++)
        mux->ports[i] = (struct port){0};
    frame_decoder_init(&mux->decoder, buffers, mux->frame);
    serial(mux->device)->listen(mux->device, mux->activity, mux->activity);
    return OK;
}

struct port *mux_find(struct mux *mux, uint16_t number)
{
    for (size_t i = 0; i < mux->port_count; i++)
        if (mux->ports[i].open && mux->ports[i].number == number)
            return &mux->ports[i];
    return NULL;
}

static struct port *find_free(struct mux *mux)
{
    for (size_t i = 0; i < mux->port_count; i++)
        if (!mux->ports[i].open)
            return &mux->ports[i];
    return NULL;
}

/* The port's channel, in memory of its own, with the capability that all others come from. */
static enum status make_channel(struct mux *mux, struct port *port, uint16_t capacity)
{
    const size_t data_size = mux->frame - FRAME_HEADER;
    enum status status = heap_allocate(
        mux->heap, capacity * (sizeof(struct channel_slot) + data_size), 0, &port->memory);
    if (status)
        return status;
    struct channel_slot *slots = port->memory;
    const struct channel_parameters parameters = {
        .name = "port",
        .slots = slots,
        .data = (uint8_t *)(slots + capacity),
        .capacity = capacity,
        .data_size = (uint16_t)data_size,
    };
    channel_init(&port->channel, &parameters);
    status =
        capability_create(mux->holder, &channel_type, &port->channel, CAPABILITY_ALL, &port->own);
    if (status) {
        heap_free(mux->heap, port->memory);
        return status;
    }
    return channel_listen(mux->holder, port->own, CAPABILITY_READ, mux->activity);
}

enum status mux_open(struct mux *mux, const struct port_parameters *parameters,
                     struct port **opened)
{
    if (parameters->number == CONTROL_PORT || parameters->priority >= CHANNEL_PRIORITIES ||
        parameters->capacity == 0 || parameters->capacity > CHANNEL_CAPACITY_MAX)
        return ERR_INVALID;
    if (mux_find(mux, parameters->number))
        return ERR_BUSY;
    struct port *port = find_free(mux);
    if (!port)
        return ERR_LIMIT;
    const bool receives = parameters->inbox.value != 0;
    enum status status =
        receives ? channel_listen(mux->holder, parameters->inbox, CAPABILITY_WRITE, mux->activity)
                 : OK;
    if (status)
        return status;
    *port = (struct port){
        .number = parameters->number,
        .priority = parameters->priority,
        .inbox = parameters->inbox,
        .room = receives ? parameters->room : 0,
        .untold = true,
    };
    status = make_channel(mux, port, parameters->capacity);
    if (status)
        return status;
    port->open = true;
    event_signal(mux->activity);
    *opened = port;
    return OK;
}

void mux_close(struct mux *mux, struct port *port)
{
    port->open = false;
    channel_close(&port->channel);
    capability_drop(mux->holder, port->own);
    if (port->inbox.value && !channel_listen(mux->holder, port->inbox, CAPABILITY_WRITE, NULL))
        capability_drop(mux->holder, port->inbox);
    heap_free(mux->heap, port->memory);
    session_refuse(mux, port->number);
}

/* --- from the wire */

/* Hands a frame's data to who has the port. */
static void deliver(struct mux *mux, struct port *port, const uint8_t *data, size_t size)
{
    const struct message message = {.call = 1,
                                    .data = (void *)(uintptr_t)data,
                                    .size = (uint16_t)size,
                                    .priority = port->priority};
    port->received++;
    enum status status = OK;
    if (port->number == MUX_TRACE)
        trace_take(data, size);
    else
        status = port->inbox.value ? channel_send(mux->holder, port->inbox, &message, 0)
                                   : ERR_WOULD_BLOCK;
    if (status == OK)
        port->frames_in++;
    else if (status == ERR_WOULD_BLOCK || status == ERR_INVALID)
        port->dropped++; /* no room, or more than the inbox has room for in one message */
    else
        mux_close(mux, port); /* its owner is gone */
}

static void take_frame(struct mux *mux)
{
    const uint16_t number = frame_port(&mux->decoder);
    size_t size;
    const uint8_t *data = frame_data(&mux->decoder, &size);
    mux->heard = clock_now();
    if (number == CONTROL_PORT) {
        session_take(mux, data, size);
        return;
    }
    struct port *port = mux_find(mux, number);
    if (port) {
        deliver(mux, port, data, size);
        return;
    }
    mux->counts.unknown++;
    session_refuse(mux, number);
}

/* Whether the device has lost bytes since it was asked last. It counts them before it hands over
 * what came after them, so ask behind reading. */
static bool has_lost_bytes(struct mux *mux)
{
    const uint32_t overruns = serial(mux->device)->overruns(mux->device);
    const bool more = overruns != mux->overruns;
    mux->overruns = overruns;
    return more;
}

static void take_byte(struct mux *mux, uint8_t byte)
{
    const enum frame_event event = frame_decode(&mux->decoder, byte);
    if (mux->step != MUX_IN_STEP) {
        mux->counts.damaged += event != FRAME_MORE;
        if (byte == 0 && mux->step == MUX_SKIPS)
            mux->step = MUX_IN_STEP;
        return;
    }
    switch (event) {
    case FRAME_MORE:
        break;
    case FRAME_WHOLE:
        take_frame(mux);
        break;
    case FRAME_DAMAGED:
        mux->counts.damaged++;
        break;
    case FRAME_LONG:
        mux->counts.too_long++;
        break;
    }
}

bool mux_receive(struct mux *mux)
{
    uint8_t bytes[CHUNK];
    const size_t count = serial(mux->device)->read(mux->device, bytes, sizeof(bytes));
    if (has_lost_bytes(mux))
        mux->step = MUX_SUSPECTS;
    for (size_t i = 0; i < count; i++)
        take_byte(mux, bytes[i]);
    if (mux->step == MUX_SUSPECTS && count < sizeof(bytes)) { /* nothing waits any more */
        const bool whole = mux->overruns == 0 && frame_is_between(&mux->decoder);
        mux->step = whole ? MUX_IN_STEP : MUX_SKIPS;
    }
    return count > 0;
}

/* --- to the wire */

/* Takes the next message that waits in the port's channel. Returns the bytes of its data, 0 if
 * there is none. Who called is answered; empty messages and capabilities lead nowhere. */
static size_t take_message(struct mux *mux, struct port *port)
{
    struct message message = {.data = mux->data, .room = (uint16_t)(mux->frame - FRAME_HEADER)};
    do {
        if (channel_receive(mux->holder, port->own, &message, 0))
            return 0;
        for (unsigned i = 0; i < message.capability_count; i++)
            capability_drop(mux->holder, message.capabilities[i]);
        if (message.reply.value)
            channel_reply(mux->holder, port->own, message.reply, OK, NULL);
    } while (message.size == 0);
    return message.size;
}

static size_t take_data(struct mux *mux, struct port *port)
{
    if (port->number == MUX_TRACE)
        return trace_give(mux->data, mux->frame - FRAME_HEADER);
    return take_message(mux, port);
}

/* The data of the frame that is due next, and its port. 0 if there is none. */
static size_t next_frame(struct mux *mux, uint16_t *number)
{
    size_t size = session_give(mux, mux->data, mux->frame - FRAME_HEADER);
    *number = CONTROL_PORT;
    for (unsigned priority = 0; !size && priority < CHANNEL_PRIORITIES; priority++) {
        for (size_t i = 0; !size && i < mux->port_count; i++) {
            const size_t place = (mux->turn + i) % mux->port_count;
            struct port *port = &mux->ports[place];
            if (!port->open || port->priority != priority || !session_allows(mux, port))
                continue;
            size = take_data(mux, port);
            if (!size)
                continue;
            port->sent++;
            port->frames_out++;
            mux->turn = place + 1;
            *number = port->number;
        }
    }
    return size;
}

void mux_send(struct mux *mux)
{
    for (;;) {
        while (mux->wire_sent < mux->wire_length) {
            const size_t taken = serial(mux->device)
                                     ->write(mux->device, mux->wire + mux->wire_sent,
                                             mux->wire_length - mux->wire_sent);
            mux->wire_sent += taken;
            if (!taken)
                return; /* until it tells that it has room */
        }
        uint16_t number;
        const size_t size = next_frame(mux, &number);
        if (!size)
            return;
        mux->wire_length = frame_encode(number, mux->data, size, mux->wire);
        mux->wire_sent = 0;
    }
}
