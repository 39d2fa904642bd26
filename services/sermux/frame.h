/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Frames of the serial mux, as mnemOS has them on the wire: COBS( port, 16 bits, little-endian ‖ at
 * least one byte of data ) ‖ 0. Consistent Overhead Byte Stuffing: S. Cheshire, M. Baker,
 * IEEE/ACM Transactions on Networking 7(2), 1999. A zero ends every frame and stands nowhere else,
 * so whoever lost the thread finds it at the next one.
 *
 * Needs nothing of the kernel: the host tool uses it, too.
 */
#ifndef SERMUX_FRAME_H
#define SERMUX_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_HEADER = 2,   /* bytes of the port */
    FRAME_DEFAULT = 512 /* bytes of a frame, header included, unless both ends know better */
};

/* Bytes on the wire, at most, of a frame of `size` bytes, header and ending zero included. */
#define FRAME_WIRE(size) ((size) + (size) / 254 + 2)

/* Writes a frame of `size` bytes of data to `wire`, which has room for FRAME_WIRE(FRAME_HEADER +
 * size). Returns how long it is. */
size_t frame_encode(uint16_t port, const uint8_t *data, size_t size, uint8_t *wire);

/* What a byte from the wire made. */
enum frame_event {
    FRAME_MORE,    /* nothing yet */
    FRAME_WHOLE,   /* a frame: frame_port, frame_data, until the next byte */
    FRAME_DAMAGED, /* the end of something that is no frame; dropped */
    FRAME_LONG,    /* the end of a frame that is longer than the decoder's memory; dropped */
};

/* All fields are frame.c's. */
struct frame_decoder {
    uint8_t *bytes; /* `capacity` of them, borrowed */
    size_t capacity;
    size_t length; /* decoded; counts on behind `capacity` */
    uint8_t code;  /* of the block under way; 0 before the first */
    uint8_t left;  /* bytes of it still to come */
};

/* `bytes` hold a frame's header and data. */
void frame_decoder_init(struct frame_decoder *decoder, uint8_t *bytes, size_t capacity);

/* Takes the next byte from the wire. */
enum frame_event frame_decode(struct frame_decoder *decoder, uint8_t byte);

/* Whether no frame is under way: the last byte was a zero, or there was none. */
bool frame_is_between(const struct frame_decoder *decoder);

/* Of a FRAME_WHOLE: its port and data. */
uint16_t frame_port(const struct frame_decoder *decoder);
const uint8_t *frame_data(const struct frame_decoder *decoder, size_t *size);

#endif
