/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See utf8.h.
 */
#include "utf8.h"

enum { LAST = 0x10ffff, SURROGATES = 0xd800, SURROGATES_END = 0xdfff };

/* A byte that stands at a character's beginning. True if it is the whole of it. */
static bool begin(struct utf8 *utf8, uint8_t byte, uint32_t *character)
{
    static const struct {
        uint8_t mask, lead, missing;
        uint32_t least;
    } kinds[] = {{0xe0, 0xc0, 1, 0x80}, {0xf0, 0xe0, 2, 0x800}, {0xf8, 0xf0, 3, 0x10000}};
    *character = byte < 0x80 ? byte : UTF8_REPLACEMENT;
    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if ((byte & kinds[i].mask) != kinds[i].lead)
            continue;
        *utf8 = (struct utf8){byte & (uint8_t)~kinds[i].mask, kinds[i].least, kinds[i].missing};
        return false;
    }
    return true;
}

bool utf8_take(struct utf8 *utf8, uint8_t byte, uint32_t *character)
{
    if (utf8->missing == 0)
        return begin(utf8, byte, character);
    if ((byte & 0xc0) != 0x80) { /* the character was cut off */
        utf8->missing = 0;
        return begin(utf8, byte, character);
    }
    utf8->character = utf8->character << 6 | (byte & 0x3f);
    if (--utf8->missing)
        return false;
    bool good = utf8->character >= utf8->least && utf8->character <= LAST &&
                (utf8->character < SURROGATES || utf8->character > SURROGATES_END);
    *character = good ? utf8->character : UTF8_REPLACEMENT;
    return true;
}
