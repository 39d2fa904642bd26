/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See scalar.h.
 */
#include "scalar.h"
#include <inttypes.h>
#include <string.h>

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return 16;
}

/* The number that `text` starts with; *end is behind it. False if there is none or it overflows. */
static bool number_prefix(const char *text, uint64_t *number, const char **end)
{
    int base = 10;
    if (text[0] == '0' && text[1] == 'x') {
        base = 16;
        text += 2;
    } else if (text[0] == '0' && text[1] >= '0' && text[1] <= '9') {
        return false;
    }
    const char *start = text;
    uint64_t value = 0;
    for (int digit = digit_value(*text); digit < base; digit = digit_value(*++text)) {
        if (value > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base)
            return false;
        value = value * (uint64_t)base + (uint64_t)digit;
    }
    *number = value;
    *end = text;
    return text != start;
}

bool number_parse(const char *text, uint64_t *number)
{
    const char *end = NULL;
    return number_prefix(text, number, &end) && *end == '\0';
}

/* A number and a unit behind it that scales it. */
static bool scaled_parse(const char *text, const char *const *units, const uint64_t *scales,
                         size_t count, uint64_t *out)
{
    const char *unit = NULL;
    uint64_t number = 0;
    if (!number_prefix(text, &number, &unit))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(unit, units[i]) != 0)
            continue;
        if (number > UINT64_MAX / scales[i])
            return false;
        *out = number * scales[i];
        return true;
    }
    return false;
}

static bool is_plain_scalar(const struct node *node)
{
    return node->kind == NODE_SCALAR && !node->is_null;
}

bool scalar_bool(struct diagnostics *diagnostics, const struct node *node, bool *out)
{
    if (is_plain_scalar(node) && !node->quoted) {
        *out = strcmp(node->text, "true") == 0;
        if (*out || strcmp(node->text, "false") == 0)
            return true;
    }
    node_error(diagnostics, node, "%s is neither true nor false", node_text(node));
    return false;
}

bool scalar_number(struct diagnostics *diagnostics, const struct node *node, uint64_t min,
                   uint64_t max, uint64_t *out)
{
    if (!is_plain_scalar(node) || node->quoted || !number_parse(node->text, out)) {
        node_error(diagnostics, node, "%s is not a number (decimal, or hexadecimal after 0x)",
                   node_text(node));
        return false;
    }
    if (*out < min || *out > max) {
        node_error(diagnostics, node, "%s is out of range (%" PRIu64 " to %" PRIu64 ")", node->text,
                   min, max);
        return false;
    }
    return true;
}

bool scalar_size(struct diagnostics *diagnostics, const struct node *node, uint64_t *out)
{
    static const char *const units[] = {"", "K", "M", "G", "T"};
    static const uint64_t scales[] = {1, 1 << 10, 1 << 20, 1 << 30, UINT64_C(1) << 40};
    if (is_plain_scalar(node) && !node->quoted && scaled_parse(node->text, units, scales, 5, out))
        return true;
    node_error(diagnostics, node, "%s is not a size (a number of bytes, with K, M, G or T)",
               node_text(node));
    return false;
}

bool scalar_time(struct diagnostics *diagnostics, const struct node *node, uint64_t *out)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    static const uint64_t scales[] = {1, 1000, 1000000, 1000000000};
    if (is_plain_scalar(node) && !node->quoted && scaled_parse(node->text, units, scales, 4, out))
        return true;
    node_error(diagnostics, node, "%s is not a time (a number with ns, us, ms or s)",
               node_text(node));
    return false;
}

bool scalar_address(struct diagnostics *diagnostics, const struct node *node, uint64_t *out)
{
    if (is_plain_scalar(node) && !node->quoted && strncmp(node->text, "0x", 2) == 0 &&
        number_parse(node->text, out))
        return true;
    node_error(diagnostics, node, "%s is not an address (hexadecimal after 0x)", node_text(node));
    return false;
}

bool scalar_text(struct diagnostics *diagnostics, const struct node *node, const char **out)
{
    if (!is_plain_scalar(node)) {
        node_error(diagnostics, node, "%s is not a text", node_text(node));
        return false;
    }
    *out = node->text;
    return true;
}

void suggest(struct diagnostics *diagnostics, struct diagnostic *error, const char *word,
             const struct text_list *candidates)
{
    const char *nearest = nearest_name(word, candidates->items, candidates->count);
    if (nearest != NULL)
        diagnostic_fix(diagnostics, error, "did you mean %s?", nearest);
    else if (candidates->count > 0)
        diagnostic_fix(diagnostics, error, "one of: %s",
                       text_list_join(diagnostics->arena, candidates));
}

bool scalar_choice(struct diagnostics *diagnostics, const struct node *node,
                   const struct text_list *values, const char **out)
{
    if (is_plain_scalar(node) && text_list_has(values, node->text)) {
        *out = node->text;
        return true;
    }
    struct diagnostic *error =
        node_error(diagnostics, node, "%s is not a choice here", node_text(node));
    suggest(diagnostics, error, node_text(node), values);
    return false;
}

bool scalar_texts(struct diagnostics *diagnostics, const struct node *node, struct text_list *out)
{
    if (node->kind != NODE_LIST) {
        node_error(diagnostics, node, "%s is not a list", node_text(node));
        return false;
    }
    bool good = true;
    for (const struct node *item = node->first; item != NULL; item = item->next) {
        const char *text = NULL;
        if (scalar_text(diagnostics, item, &text))
            text_list_add(diagnostics->arena, out, text);
        else
            good = false;
    }
    return good;
}

bool map_check(struct diagnostics *diagnostics, const struct node *node,
               const struct key_rule *rules, size_t count)
{
    if (node->kind != NODE_MAP) {
        node_error(diagnostics, node, "%s is not a map", node_text(node));
        return false;
    }
    if (rules == NULL)
        return true;
    struct text_list names = {0};
    for (size_t i = 0; i < count; i++) {
        text_list_add(diagnostics->arena, &names, rules[i].name);
        if (!rules[i].required || node_get(node, rules[i].name) != NULL)
            continue;
        struct diagnostic *error = node_error(diagnostics, node, "%s: is missing", rules[i].name);
        diagnostic_fix(diagnostics, error, "add `%s:`", rules[i].name);
    }
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        if (text_list_has(&names, child->key))
            continue;
        struct diagnostic *error = diagnostic_error(diagnostics, child->key_at, "%s: unknown key",
                                                    node_path(diagnostics->arena, child));
        suggest(diagnostics, error, child->key, &names);
    }
    return true;
}

const char *size_text(struct arena *arena, uint64_t size)
{
    static const char units[] = "\0KMGT";
    unsigned unit = 0;
    while (size != 0 && size % 1024 == 0 && unit < 4) {
        size /= 1024;
        unit++;
    }
    return unit == 0 ? arena_printf(arena, "%" PRIu64, size)
                     : arena_printf(arena, "%" PRIu64 "%c", size, units[unit]);
}

const char *time_text(struct arena *arena, uint64_t nanoseconds)
{
    static const char *const units[] = {"ns", "us", "ms", "s"};
    unsigned unit = 0;
    while (nanoseconds != 0 && nanoseconds % 1000 == 0 && unit < 3) {
        nanoseconds /= 1000;
        unit++;
    }
    return arena_printf(arena, "%" PRIu64 "%s", nanoseconds, units[unit]);
}
