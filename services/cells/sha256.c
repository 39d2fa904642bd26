/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See sha256.h.
 */
#include <services/cells/sha256.h>

#include <services/cells/features.h>
#include <services/cells/words.h>
#include <sha256_instructions.h>

static bool has_instructions(void)
{
    const char *word, *at = SHA256_FEATURES;
    if (at == NULL)
        return false;
    for (size_t length; (length = words_next(&at, &word)) > 0;)
        if (!feature_has(word, length))
            return false;
    return true;
}

void sha256_begin(CSha256 *hash)
{
    Sha256_Init(hash);
    if (has_instructions())
        hash->v.vars.func_UpdateBlocks = SHA256_INSTRUCTIONS;
}
