/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The shell's words beside the engine's: commands, words of the system, calls of services.
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include <services/forth/forth.h>

enum { WORDS_TABLES = 4 };

/* For struct forth_host. */
extern const struct forth_host_words *const words_tables[WORDS_TABLES];

#endif
