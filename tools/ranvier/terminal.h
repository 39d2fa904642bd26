/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * This terminal while it is a board's: keys come as they are typed and are not shown, but for those
 * behind Ctrl-A, which are this program's. Edited here instead, they come as lines, with history.
 */
#ifndef RANVIER_TERMINAL_H
#define RANVIER_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum { TERMINAL_LINE = 512, TERMINAL_HISTORY = 32 };

struct terminal {
    bool changed; /* `before` is to be restored */
    struct termios before;
    bool edits;   /* lines here */
    bool escaped; /* Ctrl-A was typed */
    bool quit;    /* the user wants to leave */
    char line[TERMINAL_LINE];
    size_t length;
    char history[TERMINAL_HISTORY][TERMINAL_LINE];
    size_t lines, shown; /* of the history: how many ever, which is in `line` */
    unsigned arrow;      /* characters of an arrow key's sequence so far */
};

/* Takes the terminal over, if standard input is one. */
void terminal_enter(struct terminal *terminal, bool edits);

/* Gives it back. */
void terminal_leave(struct terminal *terminal);

/* Separates what goes to the board (`out`, with room for twice `count` and a line) from keys of
 * this program, whatever pieces it comes in. Returns how many bytes. Input that is not from a
 * terminal goes through as it is. */
size_t terminal_keys(struct terminal *terminal, const uint8_t *keys, size_t count, uint8_t *out);

#endif
