/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A console: the session of a person at a terminal, with line editor and history. It also shows
 * what the log has, where its terminal is the board's console, and what spawned tasks print, around
 * the line that is being edited. Task context.
 */
#ifndef SHELL_CONSOLE_H
#define SHELL_CONSOLE_H

#include "editor.h"
#include "session.h"
#include "terminal.h"

#include <kernel/lock.h>
#include <kernel/log.h>
#include <kernel/ring.h>

enum { CONSOLE_NOTES = 256 };

_Static_assert((CONFIG_SHELL_AHEAD & (CONFIG_SHELL_AHEAD - 1)) == 0,
               "SHELL_AHEAD is a power of two, as rings want it");

struct console {
    struct shell shell; /* first: session operations convert back */
    struct terminal terminal;
    struct editor editor;
    bool writes_log;       /* the log is shown here */
    struct log_reader log; /* where that has come to */
    bool waits_for_line;   /* the terminal shows the editor's line */
    const char *script;    /* what is interpreted before the next line; NULL: nothing */
    struct ring ahead;     /* typed while a word ran */
    uint8_t typed[CONFIG_SHELL_AHEAD];
    /* Lines of spawned tasks that are not shown yet. */
    struct lock lock;
    char notes[CONSOLE_NOTES];
    size_t notes_length;
    char prompt[48];
};

/* Prepares a console whose terminal is open already, and greets where the service's `banner` says
 * so. */
enum status console_open(struct console *console, const struct service *service);

/* Runs the lines of `start`, then those that are typed, for ever. */
void console_run(struct console *console, const char *start);

/* Hands over a line that task `name` printed; waits for room, unless the task is to end. */
void console_note(struct console *console, const char *name, const char *text, size_t length);

#endif
