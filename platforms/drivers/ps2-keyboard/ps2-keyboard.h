/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A PS/2 keyboard at the first port of a PC's controller (Intel 8042 and its successors; IBM PS/2
 * Hardware Interface Technical Reference), which translates its scan codes to set 1.
 */
#ifndef PS2_KEYBOARD_H
#define PS2_KEYBOARD_H

#include "scan_codes.h"

#include <kernel/event.h>
#include <kernel/ring.h>
#include <ps2_keyboard_config.h>

enum { PS2_KEYBOARD_BUFFER = 64 }; /* bytes: some ten keys down and up; a power of two */

struct ps2_keyboard_state {
    struct ring received; /* from the interrupt to who reads */
    struct event *readable;
    struct scan_codes codes; /* of who reads */
    uint8_t bytes[PS2_KEYBOARD_BUFFER];
};

extern const struct driver ps2_keyboard_driver;

#endif
