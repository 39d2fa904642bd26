/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The lines that were entered before, the newest CONFIG_SHELL_HISTORY of them.
 */
#ifndef SHELL_HISTORY_H
#define SHELL_HISTORY_H

#include <stddef.h>

struct history {
    char lines[CONFIG_SHELL_HISTORY][CONFIG_SHELL_LINE + 1];
    size_t next;  /* where the next line goes */
    size_t count; /* lines kept */
};

/* Keeps a copy of `line`, at most CONFIG_SHELL_LINE bytes, in place of the oldest one if there is
 * no room; nothing if it is empty or the same as the newest. */
void history_add(struct history *history, const char *line);

/* The line entered `age` lines ago, 1 for the newest; NULL if so many aren't kept. Valid until
 * history_add. */
const char *history_get(const struct history *history, size_t age);

#endif
