/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The host's end of a board's wire: tells the serial mux's frames (services/sermux/frame.h) from
 * the text of a board that has no mux, or that reports a panic, and agrees with the mux on credit
 * (control.h). Announces itself, and again when the board restarts; a link that is lost is opened
 * again. A board that it starts itself is spoken to when its mux has said that it is up: before
 * that, a device that is set up meanwhile may lose any byte.
 *
 * Its user polls what wire_poll_fill says, calls wire_handle, and gets what came by the functions
 * in `struct wire_user`.
 */
#ifndef RANVIER_WIRE_H
#define RANVIER_WIRE_H

#include "link.h"

#include <poll.h>
#include <services/sermux/frame.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WIRE_FRAME =
        4096,        /* bytes of the longest frame that comes; what goes out is as the board says */
    WIRE_WINDOW = 16 /* frames that a board may send ahead */
};

struct wire;

/* What is told; each may be NULL. */
struct wire_user {
    /* A frame of a port that is read. Its credit comes back by wire_taken. */
    void (*data)(void *context, uint16_t port, const uint8_t *data, size_t size);
    /* What is no frame: text. */
    void (*text)(void *context, const uint8_t *text, size_t size);
    /* The board has a port, or has it no more. */
    void (*port)(void *context, uint16_t port, bool open);
    /* The link was lost (false), or is there again (true). */
    void (*connected)(void *context, bool connected);
    void *context;
};

struct wire_port {
    uint16_t number;
    bool open;     /* at the board */
    bool read;     /* here: it gets credit */
    uint32_t sent; /* frames since the announcement, modulo 2^32, as all these */
    uint32_t allowed;
    uint32_t received, taken, granted;
    int64_t stalled; /* ms; when the board is told that credit lacks; 0: it doesn't */
    struct wire_port *next;
};

struct wire {
    struct link link;
    struct wire_user user;
    bool raw;       /* no frames: all is text */
    bool muxed;     /* there was a frame */
    bool announced; /* the board has answered */
    bool echoes;    /* what is sent comes back */
    bool lost;      /* the link is to be opened again */
    bool once;      /* it is not */
    bool shy;       /* says nothing before there was a frame, however long that takes */
    bool silent;    /* has said nothing on this link yet */
    bool in_step;   /* a zero has come, or the link is the board's from its start */
    size_t frame;   /* most bytes of a frame, header included */
    struct wire_port *ports;

    struct frame_decoder decoder;
    uint8_t decoded[WIRE_FRAME];
    uint8_t run[FRAME_WIRE(WIRE_FRAME)]; /* bytes since the last zero */
    size_t run_length, run_told;         /* of these, told as text */
    uint8_t *out;                        /* bytes for the link that it has not taken */
    size_t out_length, out_size;
    int64_t heard, alive, opened; /* ms: the last byte, the last ALIVE, when the link was opened or
                                     the board was spoken to first */
};

/* Opens the link. `raw`, `once` and `shy` are the caller's, the rest but `link` is zero. NULL, or
 * what went wrong. */
const char *wire_open(struct wire *wire, const struct wire_user *user);

/* Takes leave of the board and closes. */
void wire_close(struct wire *wire);

/* What to poll: at most 2. Returns how many; *timeout (ms, -1: none) becomes less where it must. */
size_t wire_poll_fill(struct wire *wire, struct pollfd *polls, int *timeout);

/* Does what there is to do after a poll. False if the link has ended for good. */
bool wire_handle(struct wire *wire);

/* One round by itself, of at most that time. As wire_handle. */
bool wire_step(struct wire *wire, int timeout);

/* From now on frames of the port come, or don't. */
void wire_read(struct wire *wire, uint16_t port, bool read);

/* A frame that came is done with. */
void wire_taken(struct wire *wire, uint16_t port);

/* Whether a frame may go to the port now; then wire_send sends one of at most wire->frame -
 * FRAME_HEADER bytes. A board that does not announce itself gets all. */
bool wire_allows(struct wire *wire, uint16_t port);
void wire_send(struct wire *wire, uint16_t port, const uint8_t *data, size_t size);

/* Sends bytes as they are. */
void wire_send_raw(struct wire *wire, const uint8_t *bytes, size_t size);

/* Milliseconds of a clock that never goes back. */
int64_t wire_now(void);

#endif
