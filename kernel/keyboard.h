/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "keyboard": keys that go down and up, by the place that they have on the keyboard: their
 * usage on the keyboard page of the USB HID Usage Tables (1.5, chapter 10). What character a key
 * stands for is a layout's business, not the driver's.
 */
#ifndef KERNEL_KEYBOARD_H
#define KERNEL_KEYBOARD_H

#include <kernel/device.h>
#include <kernel/event.h>

/* Usages that more than one part names. */
enum {
    USAGE_NONE = 0x00,
    USAGE_A = 0x04,
    USAGE_Z = 0x1d,
    USAGE_CAPS_LOCK = 0x39,
    USAGE_KEYPAD_SLASH = 0x54,
    USAGE_NON_US_BACKSLASH = 0x64,
    USAGE_LEFT_CONTROL =
        0xe0, /* the first of the modifiers, in the order of their bits in a report */
    USAGE_LEFT_SHIFT = 0xe1,
    USAGE_RIGHT_ALT = 0xe6,
    USAGE_RIGHT_GUI = 0xe7, /* and the last */
};

struct key_event {
    uint8_t key; /* its usage */
    bool pressed;
};

struct keyboard_operations {
    /* Takes the next event; false if there is none. A key that is held may be told pressed again
     * and again. One task at a time. */
    bool (*read)(const struct device *device, struct key_event *event);
    /* From now on `readable` is signalled when there may be something to read; NULL for no
     * interest. The event is borrowed. Task or boot context. */
    void (*listen)(const struct device *device, struct event *readable);
};

/* Typed access; `device` is of class "keyboard". */
static inline const struct keyboard_operations *keyboard(const struct device *device)
{
    return device->driver->operations;
}

/* The key that a scan code of set 1 stands for (IBM PS/2 Hardware Interface Technical Reference;
 * USB HID to PS/2 Scan Code Translation Table): `code` without the bit of its release, `extended`
 * if 0xe0 came before it. USAGE_NONE for a code of no key. Any context. */
uint8_t key_of_scan_code(uint8_t code, bool extended);

#endif
