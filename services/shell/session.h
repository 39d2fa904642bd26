/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A session: one Forth task, and the kernel's task that runs it in slices of fuel. There is one for
 * each terminal (console.c) and one for each `spawn` (spawned.c); what they print on and wait with
 * are their operations. Private to the service.
 *
 *   session_open --> session_line or forth_start --> session_run --> ... --> session_close
 */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "commands.h"

#include <kernel/board.h>
#include <services/forth/forth.h>
#include <stdbool.h>

struct console;

struct shell_operations {
    /* Prints text, in which '\n' ends a line; waits for room. */
    void (*print)(struct shell *shell, const char *text, size_t length);
    /* Reads a line without its end; its length, or -1 where there is none (any more). `source`: the
     * next line of what is interpreted, else somebody's answer. */
    int (*take_line)(struct shell *shell, bool source, char *text, size_t size);
    /* Waits for a key and takes it, or says (1, 0) whether there is one; -1 if the session was
     * interrupted or has no keys. */
    int (*key)(struct shell *shell, bool take);
    /* Waits until `deadline`; ERR_CANCELLED if what runs is to end. */
    enum status (*pause)(struct shell *shell, uint64_t deadline);
};

struct shell {
    const struct shell_operations *operations;
    const struct service *service;
    struct console *console; /* where a person is; of a spawned session, its parent's */
    struct forth *forth;
    struct forth_host host;
    void *memory;                                        /* the pages of the Forth task */
    struct capability capabilities[CONFIG_SHELL_TOKENS]; /* that tokens stand for; 0: free */
    size_t column;                                       /* bytes since the last line's end */
};

/* Makes the Forth task, of `parent`'s dictionary where that isn't NULL. `operations`, `service` and
 * `console` are set already. ERR_NO_MEMORY or ERR_LIMIT: pages; ERR_BUSY: `parent` is defining. */
enum status session_open(struct shell *shell, const struct shell *parent);

/* Takes back all that the session has. */
void session_close(struct shell *shell);

/* Runs what the Forth task was given to its end, a slice at a time, and says what was wrong. False
 * if it was thrown. */
bool session_run(struct shell *shell);

/* Has the session's Forth task interpret one line, and says what was wrong with it. */
bool session_line(struct shell *shell, const char *line, size_t length);

/* Starts a new line unless the last one has ended. */
void session_end_line(struct shell *shell);

/* Waits until `deadline`; what to THROW. For words that wait. */
int session_pause(struct shell *shell, uint64_t deadline);

/* THROW codes of the kernel's errors. */
int session_throw(enum status status);

#endif
