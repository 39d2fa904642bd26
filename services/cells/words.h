/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lists of words in a text, with blanks between them: grants, labels, features, arguments.
 */
#ifndef CELLS_WORDS_H
#define CELLS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* The next word from *at on, and *at behind it. Returns its length, 0 where there is none. */
size_t words_next(const char **at, const char **word);

/* Whether that word is one of them. */
bool words_have(const char *words, const char *word, size_t length);

#endif
