/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See wire.h. What is no frame: a board's boot messages before its mux comes up, a panic's report,
 * all that a board without mux says. It is recognised by coming to rest without a zero at its end.
 */
#include "wire.h"

#include <ctype.h>
#include <services/sermux/control.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    ALIVE_EVERY = 1000,    /* ms */
    STALL_TIME = 500,      /* ms */
    TEXT_REST = 30,        /* ms of silence after which what looks like text is text, */
    SUFFIX_REST = 300,     /* what follows something else, */
    STALL_REST = 3000,     /* and what may be a frame whose board is slow */
    SUFFIX_LENGTH = 8,     /* characters */
    REOPEN_EVERY = 500,    /* ms */
    ANSWER_PATIENCE = 500, /* ms after which a board that hasn't answered gives no credit at all */
    START_PATIENCE = 5000  /* ms in which the mux of a board that was started says that it is up */
};

int64_t wire_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- out */

void wire_send_raw(struct wire *wire, const uint8_t *bytes, size_t size)
{
    if (wire->lost)
        return;
    if (wire->out_length + size > wire->out_size) {
        wire->out_size = 2 * (wire->out_length + size);
        wire->out = realloc(wire->out, wire->out_size);
        if (!wire->out)
            abort();
    }
    memcpy(wire->out + wire->out_length, bytes, size);
    wire->out_length += size;
}

static void send_frame(struct wire *wire, uint16_t port, const uint8_t *data, size_t size)
{
    uint8_t encoded[FRAME_WIRE(WIRE_FRAME)];
    wire_send_raw(wire, encoded, frame_encode(port, data, size, encoded));
}

static void say(struct wire *wire, enum control_kind kind, uint16_t port, uint32_t total)
{
    const struct control control = {kind, CONTROL_VERSION, port, total};
    uint8_t bytes[CONTROL_SIZE];
    if (!wire->raw)
        send_frame(wire, CONTROL_PORT, bytes, control_encode(&control, bytes));
}

/* --- ports */

static struct wire_port *port_of(struct wire *wire, uint16_t number)
{
    struct wire_port *port = wire->ports;
    while (port && port->number != number)
        port = port->next;
    if (port)
        return port;
    port = calloc(1, sizeof(*port));
    if (!port)
        abort();
    *port = (struct wire_port){.number = number, .next = wire->ports};
    wire->ports = port;
    return port;
}

static void give_credit(struct wire *wire, struct wire_port *port)
{
    port->granted = port->taken + WIRE_WINDOW;
    say(wire, CONTROL_CREDIT, port->number, port->granted);
}

static void set_open(struct wire *wire, struct wire_port *port, bool open)
{
    if (port->open == open)
        return;
    port->open = open;
    port->sent = port->allowed = port->received = port->taken = port->granted = 0;
    port->stalled = 0;
    if (wire->user.port) /* first: what it says comes before what credit lets the board say */
        wire->user.port(wire->user.context, port->number, open);
    if (open && port->read)
        give_credit(wire, port);
}

void wire_read(struct wire *wire, uint16_t number, bool read)
{
    struct wire_port *port = port_of(wire, number);
    port->read = read;
    if (read && port->open)
        give_credit(wire, port);
}

void wire_taken(struct wire *wire, uint16_t number)
{
    struct wire_port *port = port_of(wire, number);
    port->taken++;
    if (port->open && port->read && port->granted - port->taken <= WIRE_WINDOW / 2)
        give_credit(wire, port);
}

bool wire_allows(struct wire *wire, uint16_t number)
{
    struct wire_port *port = port_of(wire, number);
    if (wire->lost)
        return false;
    if (!wire->announced)
        return wire->muxed && wire_now() - wire->opened > ANSWER_PATIENCE;
    if (port->open && (int32_t)(port->allowed - port->sent) > 0)
        return true;
    if (port->open && !port->stalled)
        port->stalled = wire_now() + STALL_TIME;
    return false;
}

void wire_send(struct wire *wire, uint16_t number, const uint8_t *data, size_t size)
{
    port_of(wire, number)->sent++;
    send_frame(wire, number, data, size);
}

/* --- in */

/* Whether the board's mux is there to hear, as far as can be told. A command's board that is up
 * already and has nothing to say is spoken to after a while. */
static bool may_speak(const struct wire *wire)
{
    if (wire->raw)
        return false;
    const bool waited = !wire->link.command || wire_now() - wire->opened > START_PATIENCE;
    return wire->muxed || (!wire->shy && waited);
}

static void announce(struct wire *wire)
{
    static const uint8_t zero = 0;
    if (!may_speak(wire))
        return;
    wire->silent = false;
    wire->announced = false;
    wire->opened = wire_now();
    for (struct wire_port *port = wire->ports; port; port = port->next)
        set_open(wire, port, false);
    wire_send_raw(wire, &zero, 1); /* ends what the board may have had before */
    say(wire, CONTROL_ANNOUNCE, 0, 0);
    wire->alive = wire_now();
}

static void take_control(struct wire *wire, const struct control *control)
{
    struct wire_port *port;
    switch (control->kind) {
    case CONTROL_ANNOUNCE:
        if (!control->port) { /* as only hosts say it: our own */
            wire->echoes = true;
            break;
        }
        wire->announced = true;
        wire->frame = control->port < FRAME_HEADER + 1 || control->port > WIRE_FRAME
                          ? FRAME_DEFAULT
                          : control->port;
        break;
    case CONTROL_CREDIT:
        port = port_of(wire, control->port);
        set_open(wire, port, true);
        port->allowed = control->total;
        port->stalled = 0;
        break;
    case CONTROL_STALLED: /* what it has sent and did not come was lost on the wire */
        port = port_of(wire, control->port);
        port->taken += control->total - port->received;
        port->received = control->total;
        if (port->read)
            give_credit(wire, port);
        break;
    case CONTROL_CLOSED:
        set_open(wire, port_of(wire, control->port), false);
        break;
    case CONTROL_RESTART:
        announce(wire);
        break;
    case CONTROL_ALIVE:
    case CONTROL_BYE:
        break;
    }
}

static void take_frame(struct wire *wire)
{
    const uint16_t number = frame_port(&wire->decoder);
    size_t size, offset = 0;
    const uint8_t *data = frame_data(&wire->decoder, &size);
    struct control control;
    const bool known = wire->muxed;
    wire->muxed = true;
    if (!known && !(number == CONTROL_PORT && data[0] == CONTROL_RESTART))
        announce(wire); /* the board is up: what it was told before may be lost */
    if (number == CONTROL_PORT) {
        while (control_decode(data, size, &offset, &control))
            take_control(wire, &control);
        return;
    }
    struct wire_port *port = port_of(wire, number);
    port->received++;
    const bool credited = port->granted && (int32_t)(port->granted - port->received) >= 0;
    if ((port->read || credited) && wire->user.data)
        wire->user.data(wire->user.context, number, data, size);
    else
        port->taken++;
}

/* Whether the board can have the port that the frame begins with: others are chance. */
static bool is_known(const struct wire *wire)
{
    const uint16_t number = frame_port(&wire->decoder);
    const struct wire_port *port = wire->ports;
    while (port && port->number != number)
        port = port->next;
    return number == CONTROL_PORT || !wire->announced || (port && port->open);
}

/* Whether what came since the last zero can be a frame, or the beginning of one: not what is longer
 * than the board's, or was told as text. */
static bool may_be_frame(const struct wire *wire)
{
    const size_t most = wire->announced ? wire->frame : WIRE_FRAME;
    return wire->in_step && wire->run_told == 0 && wire->run_length <= FRAME_WIRE(most) &&
           (wire->decoder.length < FRAME_HEADER || is_known(wire));
}

static bool is_text(uint8_t byte)
{
    return (byte >= ' ' && byte != 0x7f) || (byte >= '\a' && byte <= '\r') || byte == 0x1b;
}

static void tell_text(struct wire *wire, size_t from)
{
    if (from < wire->run_told)
        from = wire->run_told;
    if (from < wire->run_length && wire->user.text)
        wire->user.text(wire->user.context, wire->run + from, wire->run_length - from);
    wire->run_told = wire->run_length;
}

/* Where the text begins that the run ends with. */
static size_t text_suffix(const struct wire *wire)
{
    size_t from = wire->run_length;
    while (from > 0 && is_text(wire->run[from - 1]))
        from--;
    return from;
}

/* ms of silence after which the run is told as text; -1: it is not, however long nothing more
 * comes. */
static int64_t text_rest(const struct wire *wire)
{
    const size_t from = text_suffix(wire);
    if (wire->run_told == wire->run_length)
        return -1;
    if (from == 0)
        return TEXT_REST;
    if (wire->run_length - from < SUFFIX_LENGTH)
        return -1;
    return may_be_frame(wire) ? STALL_REST : SUFFIX_REST;
}

/* The run has come to rest, or to its end as no frame. */
static void tell_rest(struct wire *wire, int64_t rest)
{
    const int64_t enough = text_rest(wire);
    if (enough >= 0 && rest >= enough)
        tell_text(wire, text_suffix(wire));
}

static void end_run(struct wire *wire)
{
    wire->run_length = wire->run_told = 0;
}

/* Text that was written between frames, without a zero after it: shows it and takes the frame that
 * follows it. Frames of ports below 256 begin with a byte that is no text. */
static void take_mixture(struct wire *wire)
{
    size_t from = 0, to = 0;
    while (to < wire->run_length && to - from < SUFFIX_LENGTH) {
        for (from = to; from < wire->run_length && !is_text(wire->run[from]); from++)
            continue;
        for (to = from; to < wire->run_length && is_text(wire->run[to]); to++)
            continue;
    }
    if (to - from < SUFFIX_LENGTH)
        return;
    const size_t length = wire->run_length;
    wire->run_length = to;
    tell_text(wire, from);
    frame_decoder_init(&wire->decoder, wire->decoded, sizeof(wire->decoded));
    for (size_t i = to; i < length; i++)
        frame_decode(&wire->decoder, wire->run[i]);
    if (frame_decode(&wire->decoder, 0) == FRAME_WHOLE && wire->in_step && is_known(wire))
        take_frame(wire);
}

/* A zero has come. Who joins in the middle of a frame knows from what looks like one only that
 * there is a mux. */
static void take_end(struct wire *wire, enum frame_event event)
{
    if (event == FRAME_WHOLE && may_be_frame(wire)) {
        take_frame(wire);
    } else if (event == FRAME_WHOLE && !wire->in_step) {
        wire->muxed = true;
        announce(wire);
    } else if (event != FRAME_MORE) {
        take_mixture(wire);
    }
    wire->in_step = true;
    end_run(wire);
}

static void take_byte(struct wire *wire, uint8_t byte)
{
    const enum frame_event event = frame_decode(&wire->decoder, byte);
    if (byte != 0) {
        if (wire->run_length == sizeof(wire->run)) {
            tell_text(wire, text_suffix(wire));
            end_run(wire);
        }
        wire->run[wire->run_length++] = byte;
        return;
    }
    take_end(wire, event);
}

static void take_bytes(struct wire *wire, const uint8_t *bytes, size_t count)
{
    wire->heard = wire_now();
    if (wire->raw) {
        if (wire->user.text)
            wire->user.text(wire->user.context, bytes, count);
        return;
    }
    for (size_t i = 0; i < count; i++)
        take_byte(wire, bytes[i]);
    if (!wire->muxed && text_suffix(wire) == 0)
        tell_text(wire, 0); /* no mux so far: nothing to wait for */
}

/* --- the link */

static const char *start(struct wire *wire)
{
    const char *trouble = link_open(&wire->link);
    if (trouble)
        return trouble;
    wire->lost = false;
    wire->silent = true;
    wire->in_step = wire->link.command != NULL;
    wire->opened = wire->heard = wire_now();
    wire->out_length = 0;
    frame_decoder_init(&wire->decoder, wire->decoded, sizeof(wire->decoded));
    end_run(wire);
    announce(wire);
    return NULL;
}

const char *wire_open(struct wire *wire, const struct wire_user *user)
{
    wire->user = *user;
    wire->once |= wire->link.command != NULL;
    wire->frame = FRAME_DEFAULT;
    return start(wire);
}

static void flush(struct wire *wire)
{
    while (wire->out_length > 0) {
        const ssize_t count = link_write(&wire->link, wire->out, wire->out_length);
        if (count <= 0)
            return; /* an end is noticed by reading */
        wire->out_length -= (size_t)count;
        memmove(wire->out, wire->out + count, wire->out_length);
    }
}

void wire_close(struct wire *wire)
{
    if (!wire->lost && wire->link.in >= 0 && wire->announced) {
        say(wire, CONTROL_BYE, 0, 0);
        flush(wire);
    }
    link_close(&wire->link);
    for (struct wire_port *next; wire->ports; wire->ports = next) {
        next = wire->ports->next;
        free(wire->ports);
    }
    free(wire->out);
    wire->out = NULL;
    wire->out_length = wire->out_size = 0;
}

static void lose(struct wire *wire)
{
    tell_rest(wire, SUFFIX_REST);
    for (struct wire_port *port = wire->ports; port; port = port->next)
        set_open(wire, port, false);
    link_close(&wire->link);
    wire->lost = true;
    wire->announced = false;
    wire->opened = wire_now();
    if (wire->user.connected)
        wire->user.connected(wire->user.context, false);
}

static void reopen(struct wire *wire)
{
    if (wire_now() - wire->opened < REOPEN_EVERY)
        return;
    if (start(wire))
        wire->opened = wire_now();
    else if (wire->user.connected)
        wire->user.connected(wire->user.context, true);
}

static void earlier(int *timeout, int64_t due)
{
    const int64_t left = due < 0 ? 0 : due;
    if (*timeout < 0 || left < *timeout)
        *timeout = (int)left;
}

size_t wire_poll_fill(struct wire *wire, struct pollfd *polls, int *timeout)
{
    const int64_t now = wire_now();
    if (wire->lost) {
        earlier(timeout, wire->opened + REOPEN_EVERY - now);
        return 0;
    }
    if (!wire->raw) {
        earlier(timeout, wire->alive + ALIVE_EVERY - now);
        const int64_t rest = text_rest(wire);
        if (rest >= 0)
            earlier(timeout, wire->heard + rest - now);
        for (const struct wire_port *port = wire->ports; port; port = port->next)
            if (port->stalled)
                earlier(timeout, port->stalled - now);
        if (!wire->announced && now - wire->opened < ANSWER_PATIENCE)
            earlier(timeout, wire->opened + ANSWER_PATIENCE + 1 - now);
    }
    polls[0] = (struct pollfd){.fd = wire->link.in, .events = POLLIN};
    if (wire->out_length == 0)
        return 1;
    polls[1] = (struct pollfd){.fd = wire->link.out, .events = POLLOUT};
    return 2;
}

/* What is due by time. Credit is repeated, in case that it was lost. */
static void keep_alive(struct wire *wire)
{
    const int64_t now = wire_now();
    if (wire->raw)
        return;
    tell_rest(wire, now - wire->heard);
    for (struct wire_port *port = wire->ports; port; port = port->next) {
        if (!port->stalled || now < port->stalled)
            continue;
        say(wire, CONTROL_STALLED, port->number, port->sent);
        port->stalled = now + STALL_TIME;
    }
    if (now - wire->alive < ALIVE_EVERY)
        return;
    wire->alive = now;
    if (wire->silent)
        announce(wire); /* if it is time */
    else if (!wire->announced && wire->muxed)
        say(wire, CONTROL_ANNOUNCE, 0, 0); /* the first was lost */
    if (!wire->announced)
        return;
    say(wire, CONTROL_ALIVE, 0, 0);
    for (struct wire_port *port = wire->ports; port; port = port->next)
        if (port->open && port->read)
            say(wire, CONTROL_CREDIT, port->number, port->granted);
}

bool wire_handle(struct wire *wire)
{
    if (wire->lost) {
        reopen(wire);
        return true;
    }
    uint8_t bytes[4096];
    const ssize_t count = link_read(&wire->link, bytes, sizeof(bytes));
    if (count < 0) {
        if (wire->once) {
            tell_rest(wire, SUFFIX_REST);
            return false;
        }
        lose(wire);
        return true;
    }
    if (count > 0)
        take_bytes(wire, bytes, (size_t)count);
    keep_alive(wire);
    flush(wire);
    return true;
}

bool wire_step(struct wire *wire, int timeout)
{
    struct pollfd polls[2];
    const size_t count = wire_poll_fill(wire, polls, &timeout);
    poll(polls, count, timeout);
    return wire_handle(wire);
}
