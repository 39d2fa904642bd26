/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Scan codes of set 1, byte by byte: 0xe0 comes before a code of the keys that the first keyboards
 * had not, 0xe1 before the two codes of Pause, which tells no release. Bit 7 is a release.
 *
 *   START --e0--> EXTENDED --code--> START     START --e1--> PAUSE --two codes--> START
 */
#ifndef SCAN_CODES_H
#define SCAN_CODES_H

#include <kernel/keyboard.h>

struct scan_codes {
    enum { SCAN_START, SCAN_EXTENDED, SCAN_PAUSE, SCAN_PAUSE_END } state;
};

/* Takes a byte. True if it ends a key's code, which goes to *event. */
static inline bool scan_codes_take(struct scan_codes *codes, uint8_t byte, struct key_event *event)
{
    enum { RELEASE = 0x80, EXTENSION = 0xe0, PAUSE = 0xe1 };
    const bool extended = codes->state == SCAN_EXTENDED;

    if (codes->state == SCAN_PAUSE) {
        codes->state = SCAN_PAUSE_END;
        return false;
    }
    if (codes->state == SCAN_START && (byte == EXTENSION || byte == PAUSE)) {
        codes->state = byte == EXTENSION ? SCAN_EXTENDED : SCAN_PAUSE;
        return false;
    }
    const bool pause = codes->state == SCAN_PAUSE_END;
    codes->state = SCAN_START;
    *event = (struct key_event){
        .key = pause ? USAGE_NONE : key_of_scan_code(byte & (uint8_t)~RELEASE, extended),
        .pressed = !(byte & RELEASE),
    };
    return event->key != USAGE_NONE; /* 0xe0 0x2a and its like: shifts that nobody pressed */
}

#endif
