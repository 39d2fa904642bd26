/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The file that a packed configuration is: the magic, then two little-endian words, the size of
 * what follows them and its CRC-32, then in deterministic CBOR (RFC 8949, 4.2.1)
 *
 *   [board's name, schema (32 bytes), {option's name: value}]
 *
 * with a bool, or an unsigned number, for each value; an enum counts its values from 0. The schema
 * is a hash of all options that the board has, with their types and limits.
 */
#ifndef KERNEL_RUNTIME_FILE_H
#define KERNEL_RUNTIME_FILE_H

#include <stddef.h>
#include <stdint.h>

#define RUNTIME_FILE_MAGIC "RVRC"

enum { RUNTIME_FILE_HEADER = 12 /* bytes */ };

/* CRC-32 (IEEE 802.3, 3.2.9), bit by bit. */
static inline uint32_t runtime_file_crc(const uint8_t *bytes, size_t size)
{
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
    }
    return ~crc;
}

#endif
