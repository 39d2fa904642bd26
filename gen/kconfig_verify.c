/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Why a wish has no effect; see kconfig_verify.h.
 */
#include "kconfig_verify.h"
#include "kconfig_expression.h"

#include "text_list.h"

#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 8 /* dependencies followed from one symbol to the next */

struct verifier {
    const struct kconfig *kconfig;
    const struct kconfig_wishes *chosen;
    struct diagnostics *diagnostics;
    struct arena *arena;
};

static bool is_service(const struct kconfig_wish *wish)
{
    return strncmp(wish->subject, "services.", strlen("services.")) == 0;
}

static const char *wish_text(const struct kconfig_wish *wish)
{
    return is_service(wish) ? "listing it" : wish->value;
}

/* The wish that holds for a symbol: a person's, else the board's, else NULL. */
static const struct kconfig_wish *wish_for(const struct verifier *v, const char *name)
{
    const struct kconfig_wish *wish = kconfig_wishes_find(v->chosen, name);
    return wish != NULL ? wish : kconfig_wishes_find(&v->kconfig->asked, name);
}

static void report_unknown(const struct verifier *v, const struct kconfig_wish *wish)
{
    const struct kconfig_menu *menu = &v->kconfig->menu;
    struct diagnostic *error = diagnostic_error(
        v->diagnostics, wish->at, "%s: there is no symbol of that name", wish->subject);
    const char *name = wish->name;
    if (strncmp(name, "CONFIG_", strlen("CONFIG_")) == 0)
        name += strlen("CONFIG_");
    struct text_list names = {NULL, 0};
    for (size_t i = 0; i < menu->count; i++) {
        if (menu->symbols[i].prompt != NULL)
            text_list_add(v->arena, &names, menu->symbols[i].name);
    }
    const char *nearest = nearest_name(name, names.items, names.count);
    if (nearest != NULL)
        diagnostic_fix(v->diagnostics, error, "did you mean %s?", nearest);
    else
        diagnostic_fix(v->diagnostics, error,
                       "remove the line; `make TARGET=%s menuconfig` shows what there is",
                       v->kconfig->board->name);
}

static bool type_fits(const struct kconfig_symbol *symbol, const struct kconfig_wish *wish)
{
    if (wish->asker == ASKER_PERSON && wish->quoted != (symbol->type == KCONFIG_STRING))
        return false;
    if (wish->quoted && symbol->type != KCONFIG_STRING)
        return false;
    return kconfig_value_valid(symbol->type, wish->value);
}

static void report_type(const struct verifier *v, const struct kconfig_symbol *symbol,
                        const struct kconfig_wish *wish)
{
    static const char *const kinds[] = {[KCONFIG_BOOL] = "y or n",
                                        [KCONFIG_INT] = "a decimal number",
                                        [KCONFIG_HEX] = "a hexadecimal number, 0x…",
                                        [KCONFIG_STRING] = "text in quotes"};
    const char *quote = wish->quoted ? "\"" : "";
    struct diagnostic *error =
        diagnostic_error(v->diagnostics, wish->at, "%s: %s%s%s is not %s", wish->subject, quote,
                         wish->value, quote, kinds[symbol->type]);
    diagnostic_note(v->diagnostics, error, kconfig_described_at(v->kconfig, symbol),
                    "%s is described here", symbol->name);
}

static void report_not_settable(const struct verifier *v, const struct kconfig_symbol *symbol,
                                const struct kconfig_wish *wish)
{
    struct diagnostic *error =
        diagnostic_error(v->diagnostics, wish->at,
                         "%s: nobody can set this: it is %s because of what the board is and has",
                         wish->subject, *symbol->value != '\0' ? symbol->value : "unset");
    diagnostic_note(v->diagnostics, error, kconfig_described_at(v->kconfig, symbol),
                    "%s follows from this", symbol->name);
    diagnostic_fix(v->diagnostics, error, "remove the line");
}

/* Why a symbol that nobody can set is off. */
static const char *meaning_of(const char *name)
{
    if (strncmp(name, "HAVE_DRIVER_", strlen("HAVE_DRIVER_")) == 0)
        return "no device of this board has this driver";
    if (strncmp(name, "HAVE_SERVICE_", strlen("HAVE_SERVICE_")) == 0)
        return "this board lacks what the service needs";
    if (strncmp(name, "ARCH_", strlen("ARCH_")) == 0)
        return "the board is of another architecture";
    return "nothing here turns it on";
}

struct chain {
    const struct verifier *verifier;
    struct diagnostic *error;
    const char *settable; /* the first symbol whose change would help */
    unsigned depth;
};

/* Notes why one symbol that a wish depends on has not the value that it should have. */
static void note_blocker(void *context, const char *name, const struct kconfig_symbol *blocker)
{
    struct chain *chain = context;
    const struct verifier *v = chain->verifier;
    if (blocker == NULL) {
        diagnostic_note(v->diagnostics, chain->error, (struct position){.file = "Kconfig"},
                        "there is no symbol %s", name);
        return;
    }
    const char *value = *blocker->value != '\0' ? blocker->value : "unset";
    struct position described = kconfig_described_at(v->kconfig, blocker);
    const struct kconfig_wish *wish = wish_for(v, name);
    const char *unmet = kconfig_symbol_unmet(&v->kconfig->menu, blocker);
    if (wish != NULL && strcmp(wish->value, blocker->value) == 0) {
        diagnostic_note(v->diagnostics, chain->error, wish->at, "%s is %s, set here", name, value);
    } else if (blocker->prompt == NULL) {
        diagnostic_note(v->diagnostics, chain->error, described, "%s is %s: %s", name, value,
                        strcmp(value, "y") == 0 ? "the board makes it so" : meaning_of(name));
        return;
    } else if (unmet != NULL && chain->depth < CHAIN_MAX) {
        diagnostic_note(v->diagnostics, chain->error, described,
                        "%s is %s: it depends on %s, which does not hold", name, value, unmet);
        chain->depth++;
        kconfig_symbol_blockers(&v->kconfig->menu, blocker, note_blocker, chain);
        chain->depth--;
        return;
    } else {
        diagnostic_note(v->diagnostics, chain->error, described, "%s is %s by default", name,
                        value);
    }
    if (chain->settable == NULL)
        chain->settable = name;
}

static void report_unmet(const struct verifier *v, const struct kconfig_symbol *symbol,
                         const struct kconfig_wish *wish, const char *unmet)
{
    struct chain chain = {.verifier = v};
    chain.error = diagnostic_error(v->diagnostics, wish->at,
                                   "%s: %s has no effect: it depends on %s, which does not hold",
                                   wish->subject, wish_text(wish), unmet);
    kconfig_symbol_blockers(&v->kconfig->menu, symbol, note_blocker, &chain);
    if (chain.settable != NULL)
        diagnostic_fix(
            v->diagnostics, chain.error, "change %s, or %s", chain.settable,
            is_service(wish)
                ? arena_printf(v->arena, "turn the service off: `config: { %s: n }`", symbol->name)
                : "remove the line");
    else
        diagnostic_fix(v->diagnostics, chain.error, "remove the line");
}

static bool in_range(enum kconfig_type type, const char *value, const char *low, const char *high)
{
    int base = type == KCONFIG_HEX ? 16 : 10;
    long long number = strtoll(value, NULL, base);
    return number >= strtoll(low, NULL, base) && number <= strtoll(high, NULL, base);
}

/* A number within its range? (Powers of two are step 3's.) */
static bool verify_number(const struct verifier *v, const struct kconfig_symbol *symbol,
                          const struct kconfig_wish *wish)
{
    const char *low, *high;
    struct position at;
    const struct option *option = kconfig_option(v->kconfig->board, symbol->name);
    if (kconfig_symbol_range(&v->kconfig->menu, symbol, &low, &high, &at) &&
        !in_range(symbol->type, wish->value, low, high)) {
        struct diagnostic *error =
            diagnostic_error(v->diagnostics, wish->at, "%s: %s is out of range (%s to %s)",
                             wish->subject, wish->value, low, high);
        diagnostic_note(v->diagnostics, error, option != NULL ? option->at : at,
                        "the range is given here");
        return false;
    }
    return true;
}

static void report_no_member(const struct verifier *v, const struct kconfig_symbol *symbol,
                             const struct kconfig_wish *wish)
{
    const struct kconfig_menu *menu = &v->kconfig->menu;
    struct text_list others = {NULL, 0};
    for (size_t i = 0; i < menu->count; i++) {
        if (menu->symbols[i].choice == symbol->choice && &menu->symbols[i] != symbol)
            text_list_add(v->arena, &others, menu->symbols[i].name);
    }
    struct diagnostic *error = diagnostic_error(
        v->diagnostics, wish->at,
        "%s: n has no effect: it is the default of a choice, and no other is chosen",
        wish->subject);
    diagnostic_fix(v->diagnostics, error, "set another one to y instead: %s",
                   text_list_join(v->arena, &others));
}

/* Off was asked for, but a symbol that is on has it with it. */
static void report_selected(const struct verifier *v, const struct kconfig_symbol *symbol,
                            const struct kconfig_wish *wish)
{
    const struct kconfig_symbol *selector = kconfig_symbol_selector(&v->kconfig->menu, symbol);
    const char *name = selector != NULL ? selector->name : "Kconfig";
    struct diagnostic *error = diagnostic_error(
        v->diagnostics, wish->at, "%s: n has no effect: %s needs it", wish->subject, name);
    if (selector == NULL)
        return;
    const struct kconfig_wish *other = wish_for(v, name);
    diagnostic_note(v->diagnostics, error,
                    other != NULL ? other->at : kconfig_described_at(v->kconfig, selector),
                    "%s is on", name);
    diagnostic_fix(v->diagnostics, error, "turn %s off too, or remove the line", name);
}

/* A wish of the right type: does it hold? */
static bool verify_effect(const struct verifier *v, const struct kconfig_symbol *symbol,
                          const struct kconfig_wish *wish)
{
    bool is_number = symbol->type == KCONFIG_INT || symbol->type == KCONFIG_HEX;
    bool holds =
        strcmp(symbol->value, wish->value) == 0 && (symbol->active || symbol->type == KCONFIG_BOOL);
    const char *unmet = holds ? NULL : kconfig_symbol_unmet(&v->kconfig->menu, symbol);
    if (unmet != NULL) {
        report_unmet(v, symbol, wish, unmet);
        return false;
    }
    if (is_number)
        return verify_number(v, symbol, wish);
    if (holds)
        return true;
    if (symbol->choice != NULL) {
        report_no_member(v, symbol, wish);
        return false;
    }
    report_selected(v, symbol, wish);
    return false;
}

/* Two members of one choice, both asked for by one party. Reported at the second. */
static bool verify_choice(const struct verifier *v, const struct kconfig_wishes *wishes,
                          const struct kconfig_symbol *symbol, const struct kconfig_wish *wish)
{
    if (symbol->choice == NULL || strcmp(wish->value, "y") != 0)
        return true;
    for (const struct kconfig_wish *other = wishes->items; other < wish; other++) {
        const struct kconfig_symbol *member = kconfig_menu_find(&v->kconfig->menu, other->name);
        if (member == NULL || member == symbol || member->choice != symbol->choice ||
            strcmp(other->value, "y") != 0)
            continue;
        struct diagnostic *error =
            diagnostic_error(v->diagnostics, wish->at, "%s: only one of %s and %s can be chosen",
                             wish->subject, symbol->name, member->name);
        diagnostic_note(v->diagnostics, error, other->at, "%s is chosen here", member->name);
        diagnostic_fix(v->diagnostics, error, "remove one of the two");
        return false;
    }
    return true;
}

/* The board's wish does not count where a person asks for something else, of the symbol or of its
 * choice. Within a choice that two of a party contradict, only the contradiction is reported. */
static bool is_overruled(const struct verifier *v, const struct kconfig_wishes *wishes,
                         const struct kconfig_symbol *symbol, const struct kconfig_wish *wish)
{
    if (wish->asker == ASKER_BOARD) {
        const struct kconfig_wish *other = kconfig_wishes_find(v->chosen, wish->name);
        const struct kconfig_wish *listed = kconfig_wishes_find(&v->kconfig->asked, wish->name);
        if (other != NULL || listed != wish)
            return true;
    }
    if (symbol->choice == NULL || strcmp(wish->value, "y") != 0)
        return false;
    for (size_t pass = 0; pass < 2; pass++) {
        const struct kconfig_wishes *others = pass == 0 ? v->chosen : wishes;
        for (size_t i = 0; i < others->count; i++) {
            const struct kconfig_symbol *member =
                kconfig_menu_find(&v->kconfig->menu, others->items[i].name);
            if (member != NULL && member != symbol && member->choice == symbol->choice &&
                strcmp(others->items[i].value, "y") == 0)
                return true;
        }
    }
    return false;
}

static void verify_wish(const struct verifier *v, const struct kconfig_wishes *wishes,
                        const struct kconfig_wish *wish)
{
    const struct kconfig_symbol *symbol = kconfig_menu_find(&v->kconfig->menu, wish->name);
    if (symbol == NULL) {
        report_unknown(v, wish);
    } else if (!type_fits(symbol, wish)) {
        report_type(v, symbol, wish);
    } else if (symbol->prompt == NULL) {
        if (strcmp(symbol->value, wish->value) != 0 || wish->asker == ASKER_BOARD)
            report_not_settable(v, symbol, wish);
    } else if (verify_choice(v, wishes, symbol, wish) && !is_overruled(v, wishes, symbol, wish)) {
        verify_effect(v, symbol, wish);
    }
}

bool kconfig_verify(const struct kconfig *kconfig, const struct kconfig_wishes *chosen)
{
    struct verifier v = {kconfig, chosen, kconfig->board->diagnostics, kconfig->board->arena};
    size_t errors = v.diagnostics->error_count;
    for (size_t i = 0; i < kconfig->asked.count; i++)
        verify_wish(&v, &kconfig->asked, &kconfig->asked.items[i]);
    for (size_t i = 0; i < chosen->count; i++)
        verify_wish(&v, chosen, &chosen->items[i]);
    return v.diagnostics->error_count == errors;
}

/* A symbol that an option's `depends:` names. */
struct dependency {
    const struct kconfig *kconfig;
    const struct option *option;
};

static void check_dependency(void *context, const char *text, size_t length)
{
    const struct dependency *dependency = context;
    const struct kconfig_menu *menu = &dependency->kconfig->menu;
    struct diagnostics *diagnostics = dependency->kconfig->board->diagnostics;
    const char *name = arena_printf(menu->arena, "%.*s", (int)length, text);
    if (kconfig_menu_find(menu, name) != NULL)
        return;
    struct diagnostic *error = diagnostic_error(diagnostics, dependency->option->depends_at,
                                                "options.%s.depends: there is no symbol %s",
                                                dependency->option->name, name);
    struct text_list names = {NULL, 0};
    for (size_t i = 0; i < menu->count; i++)
        text_list_add(menu->arena, &names, menu->symbols[i].name);
    const char *nearest = nearest_name(name, names.items, names.count);
    if (nearest != NULL)
        diagnostic_fix(diagnostics, error, "did you mean %s?", nearest);
}

/* An option is described in one place; Kconfig would add up two descriptions in silence. (Two
 * bindings with one option are step 1's to report.) */
static void check_once(const struct kconfig *kconfig, const struct option *option)
{
    struct diagnostics *diagnostics = kconfig->board->diagnostics;
    const struct kconfig_symbol *symbol = kconfig_menu_find(&kconfig->menu, option->name);
    if (symbol == NULL || symbol->again.file == NULL ||
        strncmp(symbol->again.file, kconfig->build, strlen(kconfig->build)) == 0)
        return;
    struct diagnostic *error = diagnostic_error(
        diagnostics, option->at, "options.%s: a Kconfig file defines it, too", option->name);
    diagnostic_note(diagnostics, error, symbol->again, "this one");
    diagnostic_fix(diagnostics, error, "give it a name that begins with its owner's");
}

void kconfig_verify_options(const struct kconfig *kconfig)
{
    const struct catalog *catalog = kconfig->board->catalog;
    const struct binding *lists[] = {catalog->drivers, catalog->services};
    for (size_t i = 0; i < 2; i++) {
        for (const struct binding *binding = lists[i]; binding != NULL; binding = binding->next) {
            for (const struct option *o = binding->options; o != NULL; o = o->next) {
                check_once(kconfig, o);
                struct dependency dependency = {kconfig, o};
                size_t error;
                if (o->depends != NULL)
                    kconfig_expression_check(o->depends, &error, check_dependency, &dependency);
            }
        }
    }
}
