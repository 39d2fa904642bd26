/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/keymux/utf8.c
// seeds: services/keymux/*.h
/*
 * Characters that are typed on the serial mux's keyboard port: whatever comes, each is a Unicode
 * scalar value, none needs more bytes than came, and what was encoded well comes back.
 */
#include <services/keymux/utf8.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int holds)
{
    if (!holds)
        abort();
}

static size_t encode(uint32_t character, uint8_t bytes[4])
{
    if (character < 0x80) {
        bytes[0] = (uint8_t)character;
        return 1;
    }
    size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; character >>= 6)
        bytes[i] = (uint8_t)(0x80 | (character & 0x3f));
    bytes[0] = (uint8_t)(0xf00 >> size | character);
    return size;
}

/* The decoder has ended a character at `end`, and the one before at `start`. */
static void check_character(const uint8_t *data, size_t start, size_t end, uint32_t character)
{
    uint8_t bytes[4];
    require(character <= 0x10ffff && !(character >= 0xd800 && character <= 0xdfff));
    size_t size = encode(character, bytes);
    if (character != UTF8_REPLACEMENT) /* what was cut off may stand before it */
        require(size <= end - start && memcmp(data + end - size, bytes, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct utf8 utf8 = {0};
    uint32_t character;
    size_t start = 0;
    for (size_t i = 0; i < size; i++) {
        if (!utf8_take(&utf8, data[i], &character))
            continue;
        check_character(data, start, i + 1, character);
        start = i + 1;
    }
    return 0;
}
