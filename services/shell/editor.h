/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Line editor: bytes from a terminal go in one by one, what the terminal is to show comes out, and
 * now and then there is a line. It knows neither device nor task, so that a test can drive it.
 *
 * Keys: Left Right Home End Up Down Delete Backspace Tab, and ^A ^B ^C ^D ^E ^F ^H ^K ^L ^N ^P ^U
 * ^W. A line ends with CR, LF or CR LF. UTF-8 characters are kept whole and count as one column;
 * bytes that are not UTF-8 are refused with a bell. A line that is too long is refused as a whole,
 * never cut.
 */
#ifndef SHELL_EDITOR_H
#define SHELL_EDITOR_H

#include "history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum editor_result {
    EDITOR_MORE,      /* nothing to do for the caller */
    EDITOR_LINE,      /* editor->line is a line; the terminal is at the start of a new one */
    EDITOR_CANCELLED, /* ^C: the line was given up, likewise */
    EDITOR_TOO_LONG,  /* the line that was ended does not fit, likewise */
};

/* Where the editor is in an escape sequence (ECMA-48, 5.4). */
enum editor_escape { ESCAPE_NONE, ESCAPE_BEGUN, ESCAPE_CONTROL, ESCAPE_SINGLE };

struct editor_terminal {
    void (*write)(void *context, const char *text, size_t length);
    /* Words that Tab completes, by number; NULL after the last. Letters are the same in either
     * case. */
    const char *(*candidate)(void *context, size_t index, size_t *length);
    void *context;
};

struct editor {
    char line[CONFIG_SHELL_LINE + 1]; /* NUL-terminated */
    size_t length;                    /* bytes */
    size_t cursor;                    /* bytes before it; always between two characters */
    bool overflow;                    /* more was typed than fits */
    bool after_return;                /* the last byte was CR */

    enum editor_escape escape;
    unsigned parameter; /* of the escape sequence */
    char character[4];  /* the UTF-8 character that is coming in */
    size_t character_length;
    size_t character_missing;

    struct history history;
    size_t age; /* of the history line shown; 0 for the line being written */
    char written[CONFIG_SHELL_LINE + 1]; /* that line, while another is shown */

    const char *prompt;
    struct editor_terminal terminal;
};

/* Starts with an empty line. All is borrowed. The prompt is shown by editor_begin. */
void editor_init(struct editor *editor, const char *prompt, const struct editor_terminal *terminal);

/* Takes one byte. After any result but EDITOR_MORE the caller does its part and calls editor_begin.
 */
enum editor_result editor_feed(struct editor *editor, uint8_t byte);

/* Begins a new line: prompt, nothing entered. */
void editor_begin(struct editor *editor);

/* Clears prompt and line from the terminal, so that something else can be printed there, and shows
 * them again. */
void editor_hide(struct editor *editor);
void editor_show(struct editor *editor);

#endif
