/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The serial mux itself: ports, each a channel towards the wire and an inbox from it, and the wire,
 * a serial device. One task uses it.
 *
 *   client --message--> port's channel --frame--> wire     the most urgent port first, then in turn
 *   client <--message-- inbox <--frame-- wire              never waits: without room it is dropped
 *
 * Messages carry data only: at most a frame's, at least a byte. Towards a host that has announced
 * itself (control.h) a port sends only what the host has given it credit for, and gives credit for
 * the room in its inbox.
 *
 * A frame has no checksum, so one with a hole in it may look like another. Where the wire lost
 * bytes nothing is delivered that may lie around the hole:
 *
 *   start, overruns --> MUX_SUSPECTS --all that waited is read--> MUX_SKIPS --zero--> MUX_IN_STEP
 *
 * but straight to MUX_IN_STEP at a start that finds no frame under way and no overruns.
 *
 * Invariants: 1 at most one open port has a number; 2 after mux_send either the device takes no
 * more or nothing is left that may be sent; 3 a port's channel is freed only when nobody has a
 * capability to it.
 */
#ifndef SERMUX_MUX_H
#define SERMUX_MUX_H

#include "control.h"
#include "frame.h"

#include <kernel/channel.h>
#include <kernel/heap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MUX_LOOPBACK = 0, MUX_HELLO = 1, MUX_TRACE = 3 };

struct port {
    uint16_t number;
    uint8_t priority; /* below CHANNEL_PRIORITIES */
    bool open;
    struct channel channel; /* what is to be sent */
    struct capability own;  /* of the mux, to that channel: all others come from it */
    struct capability inbox;
    uint16_t room;    /* frames that fit into the inbox; 0: nobody receives */
    void *memory;     /* of the channel */
    uint32_t sent;    /* frames since the announcement; modulo 2^32, as the three below */
    uint32_t allowed; /* how many the host takes */
    uint32_t received;
    uint32_t granted; /* how many the host may send */
    bool untold;      /* the host doesn't know that it is open */
    uint64_t stalled; /* ns since entry; when the host is told that credit lacks; 0: it doesn't */
    uint32_t frames_out, frames_in, dropped; /* ever */
};

/* What went wrong on the wire, ever. */
struct mux_counts {
    /* Frames: broken, or near lost bytes; beyond `frame`; for no open port. */
    uint32_t damaged, too_long, unknown;
};

/* How far what comes from the wire can be told to be whole frames. */
enum mux_step {
    MUX_IN_STEP,
    MUX_SUSPECTS, /* bytes may lack anywhere in what waits */
    MUX_SKIPS,    /* the rest of a frame of which bytes may lack */
};

struct mux {
    const struct device *device;
    struct capability_holder *holder;
    struct heap *heap;
    struct event *activity; /* signalled when there may be something to do */
    struct port *ports;
    size_t port_count;
    size_t frame; /* most bytes of a frame, header included */
    struct mux_counts counts;

    struct frame_decoder decoder;
    enum mux_step step;
    uint32_t overruns; /* of the device, as they were seen last */
    uint8_t *data;     /* of the frame that is made */
    uint8_t *wire;     /* its encoding, which is sent */
    size_t wire_length, wire_sent;
    size_t turn; /* the port that comes first among equals */

    bool announced;    /* there is a host that gives credit */
    uint64_t heard;    /* ns since entry; the last frame of it */
    bool tell_restart; /* control messages that are due */
    bool tell_announce;
    bool tell_closed;
    uint16_t closed; /* the port that tell_closed is about */
};

struct mux_parameters {
    const struct device *device;
    struct capability_holder *holder;
    struct heap *heap; /* for ports and buffers */
    struct event *activity;
    size_t ports; /* at most, at once */
    size_t frame;
};

/* Starts on the wire. All is borrowed for good. ERR_NO_MEMORY, ERR_LIMIT as heap_allocate. Task
 * context, as all here. */
enum status mux_init(struct mux *mux, const struct mux_parameters *parameters);

/* What a new port is. */
struct port_parameters {
    uint16_t number;
    uint8_t priority;
    uint16_t capacity;       /* frames that wait for the wire at most */
    struct capability inbox; /* of the mux's holder, to a channel with WRITE; zero: none */
    uint16_t room;           /* frames that fit into it */
};

/* Opens a port; it owns the inbox then. ERR_BUSY if it is open already, ERR_INVALID for a number,
 * priority or capacity that cannot be; ERR_LIMIT if as many are open as can be; ERR_NO_MEMORY; or
 * as channel_listen for the inbox. */
enum status mux_open(struct mux *mux, const struct port_parameters *parameters, struct port **port);

/* Closes a port: what waits in it is dropped, and all capabilities to its channel end. */
void mux_close(struct mux *mux, struct port *port);

/* The open port of that number; NULL if there is none. */
struct port *mux_find(struct mux *mux, uint16_t number);

/* Takes what has come from the wire, some of it, and hands it to the ports. Whether there was any.
 */
bool mux_receive(struct mux *mux);

/* Gives the device all it takes of what may be sent. */
void mux_send(struct mux *mux);

/* When mux_send is to be called though nothing happened, in ns since entry; CLOCK_NEVER. */
uint64_t mux_deadline(const struct mux *mux);

/* --- between mux.c and session.c */

/* A control message came. */
void session_take(struct mux *mux, const uint8_t *data, size_t size);

/* Writes the control messages that are due, at most `room` bytes. Returns how many. */
size_t session_give(struct mux *mux, uint8_t *data, size_t room);

/* Whether the port may send a frame now. */
bool session_allows(const struct mux *mux, const struct port *port);

/* The host has credit of `port` for a frame less, or CLOSED is due for a port that isn't open. */
void session_refuse(struct mux *mux, uint16_t number);

#endif
