/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reads the binary format: bytes, LEB128 numbers, names. The first error sticks: a reader that has
 * failed returns zeros and stays at the place of the error, so that a caller may check once after
 * several reads. Reads nothing outside [cursor, end).
 */
#ifndef SERVICES_WASM_READER_H
#define SERVICES_WASM_READER_H

#include <services/wasm/wasm.h>

struct reader {
    const uint8_t *start; /* of the module: offsets count from here */
    const uint8_t *cursor;
    const uint8_t *end;
    enum status status;
    struct wasm_error *error;
};

/* Fails at `at`; the first failure counts. Returns the reader's status. */
enum status reader_fail_at(struct reader *reader, const uint8_t *at, enum status status,
                           const char *message);

/* Fails at the cursor with ERR_CORRUPT. */
enum status reader_fail(struct reader *reader, const char *message);

uint8_t read_byte(struct reader *reader);

/* LEB128 (core 2.0, 5.2.2): too many bytes, or bits beyond the type's, are errors. */
uint32_t read_u32(struct reader *reader);
int32_t read_i32(struct reader *reader);
int64_t read_i64(struct reader *reader);
int64_t read_i33(struct reader *reader);

/* IEEE 754 bits, little endian. */
uint32_t read_f32_bits(struct reader *reader);
uint64_t read_f64_bits(struct reader *reader);

/* `count` raw bytes, borrowed; NULL when there are fewer. */
const uint8_t *read_bytes(struct reader *reader, uint32_t count);

/* A name: a length and UTF-8 (core 2.0, 5.2.4), checked and borrowed. */
const char *read_name(struct reader *reader, uint32_t *length);

#endif
