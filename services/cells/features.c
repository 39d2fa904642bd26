/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See features.h.
 */
#include <services/cells/features.h>

#include <kernel/board.h>
#include <kernel/profile.h>
#include <string.h>

bool feature_has(const char *word, size_t length)
{
    for (unsigned i = 0; i < board.cpu_feature_count; i++) {
        const char *name = board.cpu_feature_names[i];
        if (strlen(name) == length && memcmp(name, word, length) == 0)
            return profile_has(i);
    }
    return false;
}
