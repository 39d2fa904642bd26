/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Characters from bytes that come one by one, as UTF-8 (RFC 3629). A byte that begins nothing, and
 * what has no character, is U+FFFD; a character that is cut off is left out.
 */
#ifndef KEYMUX_UTF8_H
#define KEYMUX_UTF8_H

#include <stdbool.h>
#include <stdint.h>

enum { UTF8_REPLACEMENT = 0xfffd };

/* All zero at first. */
struct utf8 {
    uint32_t character; /* the bits so far */
    uint32_t least;     /* what needs as many bytes: less is overlong */
    uint8_t missing;    /* bytes */
};

/* Takes a byte. True if it ends a character, which goes to *character. */
bool utf8_take(struct utf8 *utf8, uint8_t byte, uint32_t *character);

#endif
