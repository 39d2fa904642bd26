/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Unsigned integers whose size a table tells: 1, 2, 4 or 8 bytes, in the CPU's byte order.
 */
#ifndef KERNEL_INTEGER_H
#define KERNEL_INTEGER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What `size` bytes hold, which need not be aligned. Any context. */
static inline uint64_t integer_load(const void *value, size_t size)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    switch (size) {
    case 1:
        return memcpy(&u8, value, 1), u8;
    case 2:
        return memcpy(&u16, value, 2), u16;
    case 4:
        return memcpy(&u32, value, 4), u32;
    default:
        return memcpy(&u64, value, 8), u64;
    }
}

/* Stores the low bits in `size` bytes, which need not be aligned. Any context. */
static inline void integer_store(void *value, size_t size, uint64_t bits)
{
    const uint8_t u8 = (uint8_t)bits;
    const uint16_t u16 = (uint16_t)bits;
    const uint32_t u32 = (uint32_t)bits;
    memcpy(value,
           size == 1   ? (const void *)&u8
           : size == 2 ? (const void *)&u16
           : size == 4 ? (const void *)&u32
                       : (const void *)&bits,
           size);
}

#endif
