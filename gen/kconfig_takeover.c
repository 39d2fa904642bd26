/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A merge of three: `.config` as derived, as the person left it, and as it would be derived now;
 * see kconfig_takeover.h.
 */
#include "kconfig_takeover.h"

#include <string.h>

/* What a symbol's value would be now, without the edit; NULL if it has none. */
static const char *value_now(const struct kconfig *kconfig, const char *name)
{
    const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, name);
    return symbol != NULL && symbol->active ? symbol->value : NULL;
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void choose(struct kconfig_wishes *chosen, const struct kconfig_wish *wish)
{
    struct kconfig_wish *old = kconfig_wishes_find(chosen, wish->name);
    if (old != NULL)
        *old = *wish;
    else
        kconfig_wishes_add(chosen, wish);
}

/* Takes out the choices that the person removed from `.config`: the line is gone. */
static void drop_removed(const struct kconfig_wishes *derived, const struct kconfig_wishes *edited,
                         struct kconfig_wishes *chosen)
{
    for (size_t i = chosen->count; i > 0; i--) {
        const char *name = chosen->items[i - 1].name;
        if (kconfig_wishes_find(derived, name) != NULL && kconfig_wishes_find(edited, name) == NULL)
            kconfig_wishes_remove(chosen, i - 1);
    }
}

static void report_clash(const struct kconfig *kconfig, const struct kconfig_wish *wish,
                         const struct kconfig_wish *asked, const char *before)
{
    struct diagnostics *diagnostics = kconfig->board->diagnostics;
    struct diagnostic *error = diagnostic_error(
        diagnostics, wish->at, "%s: set to %s here, and to %s by the board; it was %s",
        wish->subject, wish->value, asked->value, before);
    diagnostic_note(diagnostics, error, asked->at, "the board says %s now", asked->value);
    diagnostic_fix(
        diagnostics, error,
        "write %s here too to take the board's; to keep yours, write it into %s/choices.config",
        asked->value, kconfig->build);
}

/* Symbols within a choice keep their values by the choice, so only the one that was chosen counts.
 */
static bool is_free(const struct kconfig *kconfig, const char *name)
{
    const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, name);
    return symbol != NULL && symbol->prompt != NULL && symbol->choice == NULL;
}

/* Adds what the person changed; the menu is evaluated without the edit. */
static void add_changes(struct kconfig *kconfig, const struct kconfig_wishes *derived,
                        const struct kconfig_wishes *edited, struct kconfig_wishes *chosen)
{
    for (size_t i = 0; i < edited->count; i++) {
        const struct kconfig_wish *wish = &edited->items[i];
        const struct kconfig_wish *was =
            derived != NULL ? kconfig_wishes_find(derived, wish->name) : NULL;
        const char *before = was != NULL ? was->value : NULL;
        const char *now = value_now(kconfig, wish->name);
        if (same(wish->value, derived != NULL ? before : now))
            continue;
        const struct kconfig_wish *asked = kconfig_wishes_find(&kconfig->asked, wish->name);
        bool was_chosen = kconfig_wishes_find(chosen, wish->name) != NULL;
        if (asked != NULL && before != NULL && !was_chosen && !same(before, now) &&
            !same(wish->value, asked->value) && same(asked->value, now))
            report_clash(kconfig, wish, asked, before);
        else
            choose(chosen, wish);
    }
}

/* A value that the person saw and left, and that now follows another default because of what the
 * person changed elsewhere, is to stay as it was seen. */
static void add_unchanged(struct kconfig *kconfig, const struct kconfig_wishes *before,
                          const struct kconfig_wishes *edited, struct kconfig_wishes *chosen)
{
    for (size_t i = 0; i < edited->count; i++) {
        const struct kconfig_wish *wish = &edited->items[i];
        const struct kconfig_wish *was = kconfig_wishes_find(before, wish->name);
        if (was == NULL || !same(was->value, wish->value) || !is_free(kconfig, wish->name))
            continue;
        kconfig_evaluate(kconfig, chosen);
        const char *now = value_now(kconfig, wish->name);
        if (now != NULL && !same(now, wish->value))
            choose(chosen, wish);
    }
}

/* All values as wishes. */
static void snapshot(const struct kconfig *kconfig, struct kconfig_wishes *wishes)
{
    kconfig_wishes_init(wishes, kconfig->board->arena);
    for (size_t i = 0; i < kconfig->menu.count; i++) {
        const struct kconfig_symbol *symbol = &kconfig->menu.symbols[i];
        struct kconfig_wish wish = {.name = symbol->name, .value = symbol->value};
        if (symbol->active)
            kconfig_wishes_add(wishes, &wish);
    }
}

void kconfig_take_over(struct kconfig *kconfig, const struct kconfig_wishes *derived,
                       const struct kconfig_wishes *edited, struct kconfig_wishes *chosen)
{
    if (derived != NULL)
        drop_removed(derived, edited, chosen);
    kconfig_evaluate(kconfig, chosen);
    struct kconfig_wishes before;
    snapshot(kconfig, &before);
    add_changes(kconfig, derived, edited, chosen);
    add_unchanged(kconfig, &before, edited, chosen);
}
