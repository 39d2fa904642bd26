/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The serial mux's reserved port: how its two ends agree on credit. A host that announces itself
 * gets credit for what it may send and gives credit for what it can take, counted in frames of each
 * port since the announcement, so that nothing is lost however slow a reader is; towards a host
 * that does not, frames go as they always did.
 *
 *   host                                board
 *   ANNOUNCE (version) -------------->
 *                      <------------- ANNOUNCE (version, most bytes of a frame)
 *                      <------------- CREDIT (port, total) of each port that is open
 *   CREDIT (port, total) ------------>                     of each that it reads
 *   data …             <------------>  data …, and CREDIT as it is taken
 *   ALIVE, each second -------------->                     5 s without a frame end the agreement
 *   BYE -------------->
 *
 * CREDIT carries the total that may have been sent, so that it can be lost and repeated. Who has
 * no credit left and something to send says so in STALLED with the total that it has sent; the
 * other end then knows what was lost on the wire, and gives credit anew. CLOSED says that no such
 * port is open; the board says RESTART when it comes up, and to a host that speaks as if there were
 * an agreement. Each is one byte and its fields,
 * little-endian; a frame on CONTROL_PORT has one or more. What is not understood ends its frame.
 *
 * Needs nothing of the kernel: the host tool uses it, too.
 */
#ifndef SERMUX_CONTROL_H
#define SERMUX_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CONTROL_PORT = 255,
    CONTROL_VERSION = 1,
    CONTROL_SIZE = 7,    /* bytes of the longest message */
    CONTROL_SILENCE = 5, /* seconds after which a host is gone */
};

enum control_kind {
    CONTROL_ANNOUNCE = 1, /* u8 version, u16 most bytes of a frame */
    CONTROL_CREDIT,       /* u16 port, u32 total */
    CONTROL_STALLED,      /* u16 port, u32 total */
    CONTROL_CLOSED,       /* u16 port */
    CONTROL_RESTART,
    CONTROL_ALIVE,
    CONTROL_BYE,
};

struct control {
    enum control_kind kind;
    uint8_t version;
    uint16_t port;  /* ANNOUNCE: most bytes of a frame */
    uint32_t total; /* frames, modulo 2^32 */
};

/* Writes a message, at most CONTROL_SIZE bytes. Returns how many. */
size_t control_encode(const struct control *control, uint8_t *bytes);

/* Reads the message at *offset and moves *offset behind it. False at the end, or for what is none.
 */
bool control_decode(const uint8_t *bytes, size_t size, size_t *offset, struct control *control);

#endif
