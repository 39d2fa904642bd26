/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Keyboard of the simulated board: what the environment's RANVIER_KEYBOARD names, a device of
 * Linux's input layer (/dev/input/event3) or a pipe that gives the same records (<linux/input.h>,
 * struct input_event). Without it the keyboard is there and nobody types.
 */
#ifndef HOST_KEYBOARD_H
#define HOST_KEYBOARD_H

#include <host_keyboard_config.h>
#include <kernel/event.h>
#include <kernel/keyboard.h>
#include <stdatomic.h>

enum { HOST_KEYBOARD_BUFFER = 64 }; /* events; a power of two */

struct host_keyboard_state {
    int file;
    struct event *_Atomic readable;
    struct key_event events[HOST_KEYBOARD_BUFFER];
    _Atomic unsigned written, taken; /* ever; by the thread, by who reads */
};

extern const struct driver host_keyboard_driver;

#endif
