/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * COBS: the zeros are taken out, and each block of what is between them begins with the distance to
 * the next one; 255 is a block of 254 bytes with no zero after it.
 */
#include "frame.h"

enum { BLOCK_FULL = 255 };

struct encoder {
    uint8_t *code; /* where the block's code goes */
    uint8_t *next;
};

static void begin_block(struct encoder *encoder)
{
    encoder->code = encoder->next++;
    *encoder->code = 1;
}

static void encode(struct encoder *encoder, uint8_t byte)
{
    if (*encoder->code == BLOCK_FULL)
        begin_block(encoder);
    if (byte == 0) {
        begin_block(encoder);
        return;
    }
    *encoder->next++ = byte;
    ++*encoder->code;
}

size_t frame_encode(uint16_t port, const uint8_t *data, size_t size, uint8_t *wire)
{
    struct encoder encoder = {.next = wire};
    begin_block(&encoder);
    encode(&encoder, (uint8_t)port);
    encode(&encoder, (uint8_t)(port >> 8));
    for (size_t i = 0; i < size; i++)
        encode(&encoder, data[i]);
    *encoder.next++ = 0;
    return (size_t)(encoder.next - wire);
}

static void restart(struct frame_decoder *decoder)
{
    decoder->code = 0;
    decoder->left = 0;
}

void frame_decoder_init(struct frame_decoder *decoder, uint8_t *bytes, size_t capacity)
{
    *decoder = (struct frame_decoder){.bytes = bytes, .capacity = capacity};
}

static void put(struct frame_decoder *decoder, uint8_t byte)
{
    if (decoder->length < decoder->capacity)
        decoder->bytes[decoder->length] = byte;
    decoder->length++;
}

/* A zero: what came since the last is a frame, or nothing at all. */
static enum frame_event end(struct frame_decoder *decoder)
{
    const bool empty = decoder->code == 0, cut = decoder->left > 0;
    restart(decoder);
    if (empty)
        return FRAME_MORE;
    if (cut || decoder->length <= FRAME_HEADER)
        return FRAME_DAMAGED;
    return decoder->length > decoder->capacity ? FRAME_LONG : FRAME_WHOLE;
}

enum frame_event frame_decode(struct frame_decoder *decoder, uint8_t byte)
{
    if (byte == 0)
        return end(decoder);
    if (decoder->left > 0) {
        put(decoder, byte);
        decoder->left--;
        return FRAME_MORE;
    }
    if (decoder->code == 0)
        decoder->length = 0;
    else if (decoder->code != BLOCK_FULL)
        put(decoder, 0);
    decoder->code = byte;
    decoder->left = byte - 1;
    return FRAME_MORE;
}

bool frame_is_between(const struct frame_decoder *decoder)
{
    return decoder->code == 0;
}

uint16_t frame_port(const struct frame_decoder *decoder)
{
    return (uint16_t)(decoder->bytes[0] | decoder->bytes[1] << 8);
}

const uint8_t *frame_data(const struct frame_decoder *decoder, size_t *size)
{
    *size = decoder->length - FRAME_HEADER;
    return decoder->bytes + FRAME_HEADER;
}
