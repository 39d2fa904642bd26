/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * CBOR (RFC 8949), the deterministic encoding of its section 4.2.1 only: heads, numbers and strings
 * in their one spelling, nothing of indefinite length, no tags. What is made of them is
 * interface.h's. Floats are handled as bits, so that this runs where there is no unit for them.
 */
#ifndef KERNEL_CBOR_H
#define KERNEL_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 8949, section 3.1. */
enum cbor_major {
    CBOR_UNSIGNED,
    CBOR_NEGATIVE, /* -1 - argument */
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY,
    CBOR_MAP,
    CBOR_TAG,
    CBOR_SIMPLE,
};

enum { CBOR_FALSE = 20, CBOR_TRUE = 21 }; /* arguments of CBOR_SIMPLE */

/* Where an encoding goes. `length` counts on behind `capacity`, where nothing is written. */
struct cbor_writer {
    uint8_t *bytes; /* borrowed */
    size_t capacity;
    size_t length;
};

/* An encoding and how much of it is read. */
struct cbor_reader {
    const uint8_t *bytes; /* borrowed */
    size_t length;
    size_t offset;
};

/* A head in its shortest form. Any context, as all here. */
void cbor_write_head(struct cbor_writer *writer, enum cbor_major major, uint64_t argument);

/* Bytes as they are: the content of a string. */
void cbor_write_bytes(struct cbor_writer *writer, const void *bytes, size_t length);

/* A float of `size` bytes (4 or 8) given as its IEEE 754 bits: in the shortest of the three formats
 * that keeps its value; not a number is always the same one. */
void cbor_write_float(struct cbor_writer *writer, uint64_t bits, size_t size);

/* A head that is whole and in its shortest form; not one of a float, nor of indefinite length.
 * False, with nothing read, for all else. */
bool cbor_read_head(struct cbor_reader *reader, enum cbor_major *major, uint64_t *argument);

/* The next `length` bytes, borrowed; NULL if there are not so many. */
const uint8_t *cbor_read_bytes(struct cbor_reader *reader, uint64_t length);

/* A float as cbor_write_float makes it, as the bits of one of `size` bytes (4 or 8). False if it is
 * none, longer than need be, or not one of that size. */
bool cbor_read_float(struct cbor_reader *reader, size_t size, uint64_t *bits);

/* Whether this is UTF-8 (RFC 3629: nothing overlong, no surrogates, none above U+10FFFF) without
 * U+0000, which ends a text in C. */
bool cbor_text_is_valid(const uint8_t *text, size_t length);

#endif
