/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See words.h.
 */
#include <services/cells/words.h>

#include <string.h>

size_t words_next(const char **at, const char **word)
{
    *word = *at + strspn(*at, " ");
    const size_t length = strcspn(*word, " ");
    *at = *word + length;
    return length;
}

bool words_have(const char *words, const char *word, size_t length)
{
    const char *one;
    for (size_t one_length; (one_length = words_next(&words, &one)) > 0;)
        if (one_length == length && memcmp(one, word, length) == 0)
            return true;
    return false;
}
