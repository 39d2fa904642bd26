/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The binary format's primitives. Bounds are checked byte by byte: the cursor never passes `end`.
 */
#include <services/wasm/reader.h>

enum status reader_fail_at(struct reader *reader, const uint8_t *at, enum status status,
                           const char *message)
{
    if (!reader->status) {
        reader->status = status;
        if (reader->error) {
            reader->error->offset = (uint32_t)(at - reader->start);
            reader->error->message = message;
        }
        reader->end = reader->cursor;
    }
    return reader->status;
}

enum status reader_fail(struct reader *reader, const char *message)
{
    return reader_fail_at(reader, reader->cursor, ERR_CORRUPT, message);
}

uint8_t read_byte(struct reader *reader)
{
    if (reader->cursor == reader->end) {
        reader_fail(reader, "unexpected end");
        return 0;
    }
    return *reader->cursor++;
}

/* An unsigned LEB128 of at most `bits` bits, as it came: sign extension is the caller's. `last` is
 * the last byte, `shift` the number of bits read. */
static uint64_t read_leb(struct reader *reader, unsigned bits, uint8_t *last, unsigned *shift)
{
    uint64_t value = 0;
    uint8_t byte;

    *shift = 0;
    do {
        if (*shift >= bits) {
            reader_fail(reader, "integer representation too long");
            return 0;
        }
        byte = read_byte(reader);
        value |= (uint64_t)(byte & 0x7F) << *shift;
        *shift += 7;
    } while (byte & 0x80);
    *last = byte;
    return value;
}

uint32_t read_u32(struct reader *reader)
{
    uint8_t last = 0;
    unsigned shift;
    uint64_t value;

    if (reader->cursor != reader->end && !(*reader->cursor & 0x80))
        return *reader->cursor++;
    value = read_leb(reader, 32, &last, &shift);
    if (value > UINT32_MAX) {
        reader_fail(reader, "integer too large");
        return 0;
    }
    return (uint32_t)value;
}

static int64_t read_signed(struct reader *reader, unsigned bits)
{
    uint8_t last = 0;
    unsigned shift;
    uint64_t value = read_leb(reader, bits, &last, &shift);

    if (shift > bits) {
        /* The last byte holds bits beyond the type's: they must repeat the sign. */
        unsigned used = bits - (shift - 7);
        uint8_t rest = (uint8_t)((last & 0x7F) >> (used - 1));
        uint8_t ones = (uint8_t)(0x7F >> (used - 1));

        if (rest != 0 && rest != ones)
            reader_fail(reader, "integer too large");
    }
    if (shift < 64 && (last & 0x40))
        value |= ~(uint64_t)0 << shift;
    return reader->status ? 0 : (int64_t)value;
}

int32_t read_i32(struct reader *reader)
{
    return (int32_t)read_signed(reader, 32);
}

int64_t read_i64(struct reader *reader)
{
    return read_signed(reader, 64);
}

int64_t read_i33(struct reader *reader)
{
    return read_signed(reader, 33);
}

const uint8_t *read_bytes(struct reader *reader, uint32_t count)
{
    const uint8_t *bytes = reader->cursor;

    if ((size_t)(reader->end - reader->cursor) < count) {
        reader_fail(reader, "length out of bounds");
        return NULL;
    }
    reader->cursor += count;
    return bytes;
}

static uint64_t read_little_endian(struct reader *reader, uint32_t count)
{
    const uint8_t *bytes = read_bytes(reader, count);
    uint64_t value = 0;

    for (uint32_t i = 0; bytes && i < count; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    return value;
}

uint32_t read_f32_bits(struct reader *reader)
{
    return (uint32_t)read_little_endian(reader, 4);
}

uint64_t read_f64_bits(struct reader *reader)
{
    return read_little_endian(reader, 8);
}

/* The length of the UTF-8 sequence at `s`, 0 where it is none (RFC 3629, section 4). */
static uint32_t utf8_sequence(const uint8_t *s, uint32_t left)
{
    uint32_t length = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    uint8_t low = 0x80, high = 0xBF;

    if (length == 1)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4 || length > left)
        return 0;
    if (s[0] == 0xE0)
        low = 0xA0;
    else if (s[0] == 0xED)
        high = 0x9F;
    else if (s[0] == 0xF0)
        low = 0x90;
    else if (s[0] == 0xF4)
        high = 0x8F;
    if (s[1] < low || s[1] > high)
        return 0;
    for (uint32_t i = 2; i < length; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    }
    return length;
}

const char *read_name(struct reader *reader, uint32_t *length)
{
    const uint8_t *bytes;
    uint32_t step;

    *length = read_u32(reader);
    bytes = read_bytes(reader, *length);
    if (!bytes) {
        *length = 0;
        return NULL;
    }
    for (uint32_t i = 0; i < *length; i += step) {
        step = utf8_sequence(bytes + i, *length - i);
        if (step == 0) {
            reader_fail_at(reader, bytes + i, ERR_CORRUPT, "malformed UTF-8 encoding");
            *length = 0;
            return NULL;
        }
    }
    return (const char *)bytes;
}
