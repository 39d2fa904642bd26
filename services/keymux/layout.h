/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * From a key, by its usage (kernel/keyboard.h), to what it means on the US keyboard: which of the
 * modifiers it is, and the character that it stands for while others are down. Pure.
 */
#ifndef KEYMUX_LAYOUT_H
#define KEYMUX_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* Modifiers, as the bits of a USB HID report (Device Class Definition for HID 1.11, 8.3). */
enum {
    MODIFIER_CONTROL = 1 << 0 | 1 << 4,
    MODIFIER_SHIFT = 1 << 1 | 1 << 5,
    MODIFIER_ALT = 1 << 2 | 1 << 6,
    MODIFIER_GUI = 1 << 3 | 1 << 7,
};

/* The keys of one keyboard. All zero at first. */
struct layout {
    uint8_t modifiers; /* that are down */
    bool caps;         /* Caps Lock is on */
    uint32_t down[8];  /* a bit for each key */
};

/* Notes that the key went down or up; returns whether it was down before. */
bool layout_note(struct layout *layout, uint8_t key, bool pressed);

/* The character of a key with what is down now; 0 if it has none. Control makes letters the control
 * characters of ASCII. */
uint32_t layout_character(const struct layout *layout, uint8_t key);

#endif
