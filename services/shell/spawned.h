/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Spawned sessions: a word that runs in a task of its own, with a copy of the dictionary. What it
 * prints comes line by line to the console it was spawned at. Task context.
 */
#ifndef SHELL_SPAWNED_H
#define SHELL_SPAWNED_H

#include "session.h"

/* What a spawned word does. Copied. */
struct spawned_work {
    forth_cell xt;
    uint64_t delay; /* ns before it runs */
    bool repeats;   /* again and again, `delay` after it has ended */
};

/* Starts it and stores the id of its task. ERR_LIMIT: CONFIG_SHELL_TASKS run already; or as
 * session_open. */
enum status spawned_start(const struct shell *parent, const struct spawned_work *work,
                          unsigned *id);

/* Asks the task to end: what it does is interrupted. ERR_NOT_FOUND: there is none of that id. */
enum status spawned_kill(unsigned id);

/* Takes back what tasks had that have ended. */
void spawned_reap(void);

#endif
