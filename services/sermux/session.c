/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the mux and a host that has announced itself agree on (control.h). Messages that are due are
 * no queue: each is made from what is so when the wire has room for it.
 */
#include "mux.h"
#include "trace.h"

#include <kernel/clock.h>
#include <kernel/log.h>

#define STALL_TIME   (NANOSECONDS_PER_SECOND / 2) /* after which a lack of credit is told (again) */
#define SILENCE_TIME (CONTROL_SILENCE * NANOSECONDS_PER_SECOND)

bool session_allows(const struct mux *mux, const struct port *port)
{
    return !mux->announced || (int32_t)(port->allowed - port->sent) > 0;
}

void session_refuse(struct mux *mux, uint16_t number)
{
    mux->tell_closed = mux->announced;
    mux->closed = number;
}

static void forget_credit(struct port *port)
{
    port->sent = port->allowed = port->received = port->granted = 0;
    port->stalled = 0;
    port->untold = true;
}

static void take_announcement(struct mux *mux)
{
    mux->announced = true;
    mux->tell_announce = true;
    mux->tell_closed = false;
    trace_forget();
    for (size_t i = 0; i < mux->port_count; i++)
        forget_credit(&mux->ports[i]);
}

static void take_credit(struct mux *mux, const struct control *control)
{
    struct port *port = mux_find(mux, control->port);
    if (!port) {
        session_refuse(mux, control->port);
        return;
    }
    port->allowed = control->total;
    port->stalled = 0;
}

/* What it has sent and we have not received was lost on the wire. */
static void take_stall(struct mux *mux, const struct control *control)
{
    struct port *port = mux_find(mux, control->port);
    if (!port) {
        session_refuse(mux, control->port);
        return;
    }
    port->received = control->total;
    port->untold = true;
}

/* A host that speaks as if there were an agreement, which its silence has ended, is to make one
 * anew: it cannot know. */
static bool is_agreed(struct mux *mux, enum control_kind kind)
{
    mux->tell_restart |= !mux->announced && kind != CONTROL_ANNOUNCE && kind != CONTROL_BYE;
    return mux->announced || kind == CONTROL_ANNOUNCE;
}

static void take(struct mux *mux, const struct control *control)
{
    if (!is_agreed(mux, control->kind))
        return;
    switch (control->kind) {
    case CONTROL_ANNOUNCE:
        if (control->version == CONTROL_VERSION)
            take_announcement(mux);
        break;
    case CONTROL_CREDIT:
        take_credit(mux, control);
        break;
    case CONTROL_STALLED:
        take_stall(mux, control);
        break;
    case CONTROL_BYE:
        mux->announced = false;
        break;
    case CONTROL_CLOSED: /* nobody reads that port there: it gets no credit */
    case CONTROL_RESTART:
    case CONTROL_ALIVE:
        break;
    }
}

void session_take(struct mux *mux, const uint8_t *data, size_t size)
{
    struct control control;
    size_t offset = 0;
    while (control_decode(data, size, &offset, &control))
        take(mux, &control);
}

/* How many frames the port could take until now; its owner is gone if false. */
static bool capacity(struct mux *mux, const struct port *port, uint32_t *total)
{
    uint32_t room = port->number == MUX_TRACE ? 1 : 0;
    if (port->inbox.value) {
        void *inbox;
        if (capability_resolve(mux->holder, port->inbox, &channel_type, CAPABILITY_WRITE, &inbox))
            return false;
        const unsigned queued = channel_count(inbox);
        room = port->room > queued ? port->room - queued : 0;
    }
    *total = port->received + room;
    return true;
}

/* Whether the host is to be told how much it may send: it doesn't know yet, has nothing left, or
 * half of the room has become free. */
static bool owes_credit(struct mux *mux, struct port *port, uint32_t *total)
{
    if (!capacity(mux, port, total)) {
        mux_close(mux, port);
        return false;
    }
    const uint32_t more = *total - port->granted;
    return port->untold ||
           (more > 0 && (port->granted == port->received || more > (uint32_t)port->room / 2));
}

/* Whether it is time to tell the host that the port has something to send and no credit. */
static bool is_stalled(const struct mux *mux, struct port *port)
{
    const bool waits =
        port->number == MUX_TRACE ? trace_waits() : channel_count(&port->channel) > 0;
    if (!waits || session_allows(mux, port)) {
        port->stalled = 0;
        return false;
    }
    const uint64_t now = clock_now();
    const bool due = port->stalled && now >= port->stalled;
    if (due || !port->stalled)
        port->stalled = now + STALL_TIME;
    return due;
}

struct writer {
    uint8_t *data;
    size_t length, room;
};

/* Whether the message is written, or is to wait for the next frame. */
static bool give(struct writer *writer, enum control_kind kind, uint16_t port, uint32_t total)
{
    const struct control control = {
        .kind = kind, .version = CONTROL_VERSION, .port = port, .total = total};
    if (writer->room - writer->length < CONTROL_SIZE)
        return false;
    writer->length += control_encode(&control, writer->data + writer->length);
    return true;
}

static void give_of_port(struct mux *mux, struct port *port, struct writer *writer)
{
    uint32_t total;
    if (owes_credit(mux, port, &total) && give(writer, CONTROL_CREDIT, port->number, total)) {
        port->granted = total;
        port->untold = false;
    }
    if (port->open && is_stalled(mux, port))
        give(writer, CONTROL_STALLED, port->number, port->sent);
}

size_t session_give(struct mux *mux, uint8_t *data, size_t room)
{
    struct writer writer = {.data = data, .room = room};
    if (mux->tell_restart)
        mux->tell_restart = !give(&writer, CONTROL_RESTART, 0, 0);
    if (mux->announced && clock_now() - mux->heard > SILENCE_TIME) {
        mux->announced = false;
        log_warning("sermux", "the host is silent: frames go out without its credit");
    }
    if (!mux->announced)
        return writer.length;
    if (mux->tell_announce)
        mux->tell_announce = !give(&writer, CONTROL_ANNOUNCE, (uint16_t)mux->frame, 0);
    if (mux->tell_closed)
        mux->tell_closed = !give(&writer, CONTROL_CLOSED, mux->closed, 0);
    for (size_t i = 0; i < mux->port_count; i++)
        if (mux->ports[i].open)
            give_of_port(mux, &mux->ports[i], &writer);
    return writer.length;
}

uint64_t mux_deadline(const struct mux *mux)
{
    if (!mux->announced)
        return CLOCK_NEVER;
    uint64_t deadline = mux->heard + SILENCE_TIME + 1;
    for (size_t i = 0; i < mux->port_count; i++) {
        const struct port *port = &mux->ports[i];
        if (port->open && port->stalled && port->stalled < deadline)
            deadline = port->stalled;
    }
    return deadline;
}
