/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See kconfig_random.h. Symbols are visited in a random order and set one after the other, so that
 * each choice is made within what the earlier ones leave possible.
 */
#include "kconfig_random.h"
#include "kconfig_verify.h"

#include <inttypes.h>
#include <stdlib.h>

#define CHANGE_PERCENT  35 /* of the symbols that can be set */
#define MISTAKE_PERCENT 2  /* set although its dependencies are unmet or out of range */

/* splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014) */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static bool chance(uint64_t *state, unsigned percent)
{
    return next_random(state) % 100 < percent;
}

/* A number in the symbol's range, a power of two where it has to be one. */
static const char *random_number(struct kconfig *kconfig, const struct kconfig_symbol *symbol,
                                 bool mistake, uint64_t *state)
{
    const char *low_text = "0", *high_text = "65536";
    struct position at;
    kconfig_symbol_range(&kconfig->menu, symbol, &low_text, &high_text, &at);
    uint64_t low = strtoull(low_text, NULL, 0), high = strtoull(high_text, NULL, 0);
    uint64_t number = low + (high > low ? next_random(state) % (high - low + 1) : 0);
    const struct option *option = kconfig_option(kconfig->board, symbol->name);
    if (option != NULL && option->power_of_two && !mistake) {
        uint64_t power = 1;
        while (power < number)
            power *= 2;
        number = power <= high ? power : power / 2;
    }
    if (mistake)
        number = high + 1;
    return arena_printf(kconfig->board->arena,
                        symbol->type == KCONFIG_HEX ? "0x%" PRIx64 : "%" PRIu64, number);
}

static const char *random_value(struct kconfig *kconfig, const struct kconfig_symbol *symbol,
                                bool mistake, uint64_t *state)
{
    switch (symbol->type) {
    case KCONFIG_BOOL:
        if (symbol->choice != NULL)
            return "y";
        return chance(state, 50) ? "y" : "n";
    case KCONFIG_STRING:
        return chance(state, 50) ? "text" : "a \"quoted\" \\ text";
    default:
        return random_number(kconfig, symbol, mistake, state);
    }
}

/* Whether another member of the symbol's choice was chosen before. */
static bool is_taken(const struct kconfig *kconfig, const struct kconfig_wishes *chosen,
                     const struct kconfig_symbol *symbol)
{
    for (size_t i = 0; symbol->choice != NULL && i < chosen->count; i++) {
        const struct kconfig_symbol *other =
            kconfig_menu_find(&kconfig->menu, chosen->items[i].name);
        if (other->choice == symbol->choice)
            return true;
    }
    return false;
}

/* Whether all wishes have their effect under these choices; nothing is reported. */
static bool holds(struct kconfig *kconfig, const struct kconfig_wishes *chosen)
{
    struct diagnostics *reported = kconfig->board->diagnostics;
    struct diagnostics unseen;
    diagnostics_init(&unseen, reported->arena);
    kconfig->board->diagnostics = &unseen;
    kconfig_evaluate(kconfig, chosen);
    bool ok = kconfig_verify(kconfig, chosen);
    kconfig->board->diagnostics = reported;
    return ok;
}

/* The numbers below `count` in a random order (Fisher and Yates, inside out). */
static size_t *random_order(struct arena *arena, size_t count, uint64_t *state)
{
    size_t *order = arena_alloc(arena, (count + 1) * sizeof *order);
    for (size_t i = 0; i < count; i++) {
        size_t j = next_random(state) % (i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    return order;
}

void kconfig_random(struct kconfig *kconfig, uint64_t seed, FILE *out)
{
    struct kconfig_menu *menu = &kconfig->menu;
    uint64_t state = seed;
    const size_t *order = random_order(menu->arena, menu->count, &state);
    struct kconfig_wishes chosen;
    kconfig_wishes_init(&chosen, menu->arena);
    for (size_t i = 0; i < menu->count; i++) {
        const struct kconfig_symbol *symbol = &menu->symbols[order[i]];
        bool mistake = chance(&state, MISTAKE_PERCENT);
        if (symbol->prompt == NULL || !(symbol->visible || mistake) ||
            is_taken(kconfig, &chosen, symbol) || !chance(&state, CHANGE_PERCENT))
            continue;
        struct kconfig_wish wish = {
            .name = symbol->name,
            .value = random_value(kconfig, symbol, mistake, &state),
            .quoted = symbol->type == KCONFIG_STRING,
            .asker = ASKER_PERSON,
            .subject = symbol->name,
        };
        kconfig_wishes_add(&chosen, &wish);
        if (!mistake && !holds(kconfig, &chosen))
            kconfig_wishes_remove(&chosen, chosen.count - 1);
        kconfig_evaluate(kconfig, &chosen);
    }
    for (size_t i = 0; i < chosen.count; i++) {
        const struct kconfig_wish *wish = &chosen.items[i];
        const struct kconfig_symbol *symbol = kconfig_menu_find(menu, wish->name);
        kconfig_file_print(out, wish->name, wish->value, symbol->type == KCONFIG_BOOL,
                           symbol->type == KCONFIG_STRING);
    }
}
