/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cbor.h.
 */
#include <kernel/cbor.h>

#include <string.h>

/* Additional information of a head: RFC 8949, section 3. */
enum { ONE_BYTE = 24, TWO_BYTES, FOUR_BYTES, EIGHT_BYTES };

/* A format of IEEE 754: bits of the trailing significand and of the exponent. */
struct float_format {
    uint8_t significand, exponent;
};

static const struct float_format half = {10, 5}, single = {23, 8}, whole = {52, 11};

void cbor_write_bytes(struct cbor_writer *writer, const void *bytes, size_t length)
{
    if (writer->length <= writer->capacity && length <= writer->capacity - writer->length)
        memcpy(writer->bytes + writer->length, bytes, length);
    writer->length += length;
}

/* An initial byte and the argument's `count` bytes behind it. */
static void write_argument(struct cbor_writer *writer, unsigned initial, uint64_t argument,
                           unsigned count)
{
    uint8_t bytes[9] = {(uint8_t)initial};
    for (unsigned i = 1; i <= count; i++)
        bytes[i] = (uint8_t)(argument >> 8 * (count - i));
    cbor_write_bytes(writer, bytes, count + 1);
}

void cbor_write_head(struct cbor_writer *writer, enum cbor_major major, uint64_t argument)
{
    unsigned initial = (unsigned)major << 5;
    if (argument < ONE_BYTE)
        write_argument(writer, initial | (unsigned)argument, 0, 0);
    else if (argument <= UINT8_MAX)
        write_argument(writer, initial | ONE_BYTE, argument, 1);
    else if (argument <= UINT16_MAX)
        write_argument(writer, initial | TWO_BYTES, argument, 2);
    else if (argument <= UINT32_MAX)
        write_argument(writer, initial | FOUR_BYTES, argument, 4);
    else
        write_argument(writer, initial | EIGHT_BYTES, argument, 8);
}

static uint64_t ones(unsigned count)
{
    return (UINT64_C(1) << count) - 1;
}

static int bias(struct float_format format)
{
    return (1 << (format.exponent - 1)) - 1;
}

static bool is_nan(uint64_t bits, struct float_format format)
{
    return (bits & ones(format.exponent + format.significand)) > ones(format.exponent)
                                                                     << format.significand;
}

/* The same value, not a NaN, in another format; false if that has no such value. */
static bool convert(uint64_t bits, struct float_format from, struct float_format to, uint64_t *out)
{
    uint64_t significand = bits & ones(from.significand);
    int exponent = (int)(bits >> from.significand & ones(from.exponent));
    uint64_t sign = bits >> (from.significand + from.exponent) << (to.significand + to.exponent);
    if (exponent == (int)ones(from.exponent)) { /* infinite */
        *out = sign | ones(to.exponent) << to.significand;
        return true;
    }
    if (exponent == 0 && significand == 0) {
        *out = sign;
        return true;
    }
    if (exponent == 0)
        exponent = 1;
    else
        significand |= UINT64_C(1) << from.significand;
    /* The value is significand * 2^exponent, and the significand odd, of `width` bits. */
    exponent -= bias(from) + from.significand;
    for (; !(significand & 1); significand >>= 1)
        exponent++;
    int width = 0;
    while (significand >> width)
        width++;
    int lead = exponent + width - 1, lowest = 1 - bias(to);
    if (lead > bias(to))
        return false;
    if (lead < lowest) { /* subnormal */
        int shift = exponent - (lowest - to.significand);
        *out = sign | (shift < 0 ? 0 : significand << shift);
        return shift >= 0;
    }
    if (width > to.significand + 1)
        return false;
    *out = sign | (uint64_t)(lead + bias(to)) << to.significand |
           (significand << (to.significand + 1 - width) & ones(to.significand));
    return true;
}

void cbor_write_float(struct cbor_writer *writer, uint64_t bits, size_t size)
{
    const struct float_format from = size == 4 ? single : whole;
    const unsigned simple = CBOR_SIMPLE << 5;
    uint64_t shorter;
    if (is_nan(bits, from))
        write_argument(writer, simple | TWO_BYTES, 0x7e00, 2);
    else if (convert(bits, from, half, &shorter))
        write_argument(writer, simple | TWO_BYTES, shorter, 2);
    else if (convert(bits, from, single, &shorter))
        write_argument(writer, simple | FOUR_BYTES, shorter, 4);
    else
        write_argument(writer, simple | EIGHT_BYTES, bits, 8);
}

const uint8_t *cbor_read_bytes(struct cbor_reader *reader, uint64_t length)
{
    if (length > reader->length - reader->offset)
        return NULL;
    const uint8_t *bytes = reader->bytes + reader->offset;
    reader->offset += (size_t)length;
    return bytes;
}

/* The initial byte and the argument behind it, which has *count bytes, 0 if the initial byte holds
 * it. */
static bool read_argument(struct cbor_reader *reader, uint8_t *initial, uint64_t *argument,
                          unsigned *count)
{
    const uint8_t *first = cbor_read_bytes(reader, 1);
    if (!first)
        return false;
    unsigned information = *first & 31;
    *initial = *first;
    *argument = information;
    *count = information < ONE_BYTE ? 0 : 1u << (information - ONE_BYTE);
    if (information > EIGHT_BYTES)
        return false;
    if (*count == 0)
        return true;
    const uint8_t *bytes = cbor_read_bytes(reader, *count);
    if (!bytes)
        return false;
    *argument = 0;
    for (unsigned i = 0; i < *count; i++)
        *argument = *argument << 8 | bytes[i];
    return true;
}

bool cbor_read_head(struct cbor_reader *reader, enum cbor_major *major, uint64_t *argument)
{
    static const uint64_t least[] = {0, ONE_BYTE, UINT64_C(1) << 8, 0, UINT64_C(1) << 16, 0,
                                     0, 0,        UINT64_C(1) << 32};
    const size_t before = reader->offset;
    uint8_t initial;
    unsigned count;
    if (read_argument(reader, &initial, argument, &count) && *argument >= least[count] &&
        (initial >> 5 != CBOR_SIMPLE || count == 0)) {
        *major = (enum cbor_major)(initial >> 5);
        return true;
    }
    reader->offset = before;
    return false;
}

bool cbor_read_float(struct cbor_reader *reader, size_t size, uint64_t *bits)
{
    const struct float_format to = size == 4 ? single : whole;
    uint64_t value, shorter;
    uint8_t initial;
    unsigned count;
    if (!read_argument(reader, &initial, &value, &count) || initial >> 5 != CBOR_SIMPLE ||
        count < 2 || count > size)
        return false;
    if (count == 2 && is_nan(value, half)) {
        *bits = size == 4 ? UINT64_C(0x7fc00000) : UINT64_C(0x7ff8) << 48;
        return value == 0x7e00;
    }
    if (count == 2)
        return convert(value, half, to, bits);
    if (count == 4)
        return !is_nan(value, single) && !convert(value, single, half, &shorter) &&
               convert(value, single, to, bits);
    *bits = value;
    return !is_nan(value, whole) && !convert(value, whole, single, &shorter);
}

bool cbor_text_is_valid(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length;) {
        uint8_t lead = text[i++];
        unsigned rest = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        if (lead == 0 || (lead >= 0x80 && lead < 0xc2) || lead > 0xf4 || rest > length - i)
            return false;
        /* The byte behind the lead tells what is overlong, a surrogate, or too high. */
        uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        for (; rest > 0; rest--, i++, lowest = 0x80, highest = 0xbf)
            if (text[i] < lowest || text[i] > highest)
                return false;
    }
    return true;
}
