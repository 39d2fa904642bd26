/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tokens: a slot's number and its generation, which counts how often it was released.
 */
#include <services/forth/engine.h>

forth_cell forth_token_give(struct forth *f, void *object)
{
    for (uint32_t i = 0; object && i < f->sizes.tokens; i++) {
        struct forth_token_slot *slot = &f->tokens[i];

        if (slot->object || slot->generation == UINT16_MAX)
            continue;
        slot->object = object;
        return (forth_cell)slot->generation << 16 | (i + 1);
    }
    return 0;
}

static struct forth_token_slot *slot_of(const struct forth *f, forth_cell token)
{
    uint32_t i = (uint32_t)(token & 0xFFFF) - 1;
    struct forth_token_slot *slot;

    if (i >= f->sizes.tokens)
        return NULL;
    slot = &f->tokens[i];
    return slot->object && token >> 16 == slot->generation ? slot : NULL;
}

void *forth_token_object(const struct forth *f, forth_cell token)
{
    const struct forth_token_slot *slot = slot_of(f, token);

    return slot ? slot->object : NULL;
}

bool forth_token_release(struct forth *f, forth_cell token)
{
    struct forth_token_slot *slot = slot_of(f, token);
    void *object;

    if (!slot)
        return false;
    object = slot->object;
    slot->object = NULL;
    slot->generation++;
    if (f->host->release)
        f->host->release(f->host->context, object);
    return true;
}

void forth_tokens_release_all(struct forth *f)
{
    for (uint32_t i = 0; i < f->sizes.tokens; i++)
        if (f->tokens[i].object)
            forth_token_release(f, (forth_cell)f->tokens[i].generation << 16 | (i + 1));
}

void forth_token_forget(struct forth *f, const void *object)
{
    for (uint32_t i = 0; i < f->sizes.tokens; i++)
        if (f->tokens[i].object == object) {
            f->tokens[i].object = NULL;
            f->tokens[i].generation++;
        }
}
