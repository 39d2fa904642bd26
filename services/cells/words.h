/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Lists of words in a text, with blanks between them: grants, labels, features, arguments.
 */
#ifndef CELLS_WORDS_H
#define CELLS_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* The next word from *at on, and *at behind it. Returns its length, 0 where there is none. */
static inline size_t words_next(const char **at, const char **word)
{
    *word = *at + strspn(*at, " ");
    size_t length = strcspn(*word, " ");
    *at = *word + length;
    return length;
}

/* Whether that word is one of them. */
static inline bool words_have(const char *words, const char *word, size_t length)
{
    const char *one;
    for (size_t one_length; (one_length = words_next(&words, &one)) > 0;)
        if (one_length == length && memcmp(one, word, length) == 0)
            return true;
    return false;
}

#endif
