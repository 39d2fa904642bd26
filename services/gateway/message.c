/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See message.h.
 */
#include "message.h"

#include <kernel/cbor.h>
#include <string.h>

enum { REQUEST_ITEMS = 4, REPLY_ITEMS = 3 };

/* The place after that one: 0 is the first's only. */
static uint8_t following(uint8_t place)
{
    return (uint8_t)(place + 1 == MESSAGE_LAST ? 1 : place + 1);
}

bool message_gather(struct message_gathering *gathering, const uint8_t *piece, size_t size)
{
    if (size == 0)
        return false;
    const uint8_t place = piece[0] & (MESSAGE_LAST - 1);
    size--;
    if (place == 0) {
        gathering->next = 0;
        gathering->length = 0;
        gathering->broken = false;
    }
    if (place != gathering->next || size > gathering->capacity - gathering->length)
        gathering->broken = true;
    if (gathering->broken)
        return false;
    memcpy(gathering->bytes + gathering->length, piece + 1, size);
    gathering->length += size;
    gathering->next = following(place);
    if (piece[0] & MESSAGE_LAST)
        gathering->broken = true; /* nothing follows */
    return piece[0] & MESSAGE_LAST;
}

size_t message_piece(const uint8_t *bytes, size_t length, size_t *offset, uint8_t *piece,
                     size_t room)
{
    const size_t left = length - *offset, size = left < room - 1 ? left : room - 1;
    if (left == 0)
        return 0;
    const size_t place = *offset / (room - 1);
    piece[0] = (uint8_t)(place == 0 ? 0 : (place - 1) % (MESSAGE_LAST - 1) + 1);
    if (size == left)
        piece[0] |= MESSAGE_LAST;
    memcpy(piece + 1, bytes + *offset, size);
    *offset += size;
    return size + 1;
}

size_t message_write_request(const struct message_request *request, uint8_t *bytes)
{
    struct cbor_writer writer = {.bytes = bytes, .capacity = MESSAGE_HEAD};
    cbor_write_head(&writer, CBOR_ARRAY, REQUEST_ITEMS);
    cbor_write_head(&writer, CBOR_UNSIGNED, request->id);
    cbor_write_head(&writer, CBOR_BYTES, MESSAGE_UUID);
    cbor_write_bytes(&writer, request->uuid, MESSAGE_UUID);
    cbor_write_head(&writer, CBOR_UNSIGNED, request->hash);
    return writer.length;
}

size_t message_write_reply(const struct message_reply *reply, uint8_t *bytes)
{
    struct cbor_writer writer = {.bytes = bytes, .capacity = MESSAGE_HEAD};
    cbor_write_head(&writer, CBOR_ARRAY, reply->status ? REPLY_ITEMS - 1 : REPLY_ITEMS);
    cbor_write_head(&writer, CBOR_UNSIGNED, reply->id);
    cbor_write_head(&writer, CBOR_UNSIGNED, reply->status);
    return writer.length;
}

/* A head of that major type; its argument, which fits into 32 bits. */
static bool read_head(struct cbor_reader *reader, enum cbor_major wanted, uint32_t *argument)
{
    enum cbor_major major;
    uint64_t number;
    if (!cbor_read_head(reader, &major, &number) || major != wanted || number > UINT32_MAX)
        return false;
    *argument = (uint32_t)number;
    return true;
}

bool message_read_request(const uint8_t *bytes, size_t length, struct message_request *request)
{
    struct cbor_reader reader = {.bytes = bytes, .length = length};
    uint32_t items, size;
    if (!read_head(&reader, CBOR_ARRAY, &items) || items != REQUEST_ITEMS ||
        !read_head(&reader, CBOR_UNSIGNED, &request->id) ||
        !read_head(&reader, CBOR_BYTES, &size) || size != MESSAGE_UUID)
        return false;
    const uint8_t *uuid = cbor_read_bytes(&reader, size);
    if (!uuid || !read_head(&reader, CBOR_UNSIGNED, &request->hash))
        return false;
    memcpy(request->uuid, uuid, MESSAGE_UUID);
    request->body = bytes + reader.offset;
    request->body_length = length - reader.offset;
    return true;
}

bool message_read_reply(const uint8_t *bytes, size_t length, struct message_reply *reply)
{
    struct cbor_reader reader = {.bytes = bytes, .length = length};
    uint32_t items;
    if (!read_head(&reader, CBOR_ARRAY, &items) || !read_head(&reader, CBOR_UNSIGNED, &reply->id) ||
        !read_head(&reader, CBOR_UNSIGNED, &reply->status) ||
        items != (reply->status ? REPLY_ITEMS - 1 : REPLY_ITEMS))
        return false;
    reply->body = bytes + reader.offset;
    reply->body_length = length - reader.offset;
    return reply->body_length == 0 || reply->status == 0;
}
