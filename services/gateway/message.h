/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls from outside the kernel, as they go over a port. Requests and replies are CBOR (RFC 8949,
 * section 4.2.1), arrays whose last item is the call's request or reply as kernel/interface.h
 * encodes it:
 *
 *   request  [ id, UUID of the service (16 bytes), hash of the call, request ]
 *   reply    [ id, status, reply ]   or, where the status is not OK, [ id, status ]
 *
 * The reply has the request's id, which the caller chose. A call with hash 0 and an empty map ends
 * all capabilities that replies have given.
 *
 * A message goes in pieces, each with one byte before it: its place in the message from 0 on,
 * modulo 128, with MESSAGE_LAST set in the last. A message that lacks a piece is dropped.
 *
 * Needs nothing of the kernel but cbor.h: the host tool uses it, too.
 */
#ifndef GATEWAY_MESSAGE_H
#define GATEWAY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MESSAGE_LAST = 0x80,
    MESSAGE_UUID = 16,
    MESSAGE_HEAD = 32, /* bytes before a request or reply, at most */
    MESSAGE_PORT = 4   /* unless the board says otherwise */
};

/* A message that comes in pieces. */
struct message_gathering {
    uint8_t *bytes; /* `capacity` of them, borrowed */
    size_t capacity;
    size_t length;
    uint8_t next; /* the piece that comes next */
    bool broken;  /* what comes until the next first piece is of no use */
};

/* Adds a piece. True if the message is whole now: the first `length` of `bytes`. */
bool message_gather(struct message_gathering *gathering, const uint8_t *piece, size_t size);

/* Writes the piece of a message that begins at *offset, at most `room` bytes, and moves *offset
 * behind it. Returns its size; 0 behind the last. */
size_t message_piece(const uint8_t *bytes, size_t length, size_t *offset, uint8_t *piece,
                     size_t room);

struct message_request {
    uint32_t id;
    uint8_t uuid[MESSAGE_UUID];
    uint32_t hash;
    const uint8_t *body; /* of the call's type; borrowed */
    size_t body_length;
};

struct message_reply {
    uint32_t id;
    uint32_t status;     /* kernel/status.h */
    const uint8_t *body; /* as above; of no length where `status` isn't OK */
    size_t body_length;
};

/* What comes before the body; returns its length, at most MESSAGE_HEAD. The body follows it. */
size_t message_write_request(const struct message_request *request, uint8_t *bytes);
size_t message_write_reply(const struct message_reply *reply, uint8_t *bytes);

/* False for what is no request or reply. The body is not looked at. */
bool message_read_request(const uint8_t *bytes, size_t length, struct message_request *request);
bool message_read_reply(const uint8_t *bytes, size_t length, struct message_reply *reply);

#endif
