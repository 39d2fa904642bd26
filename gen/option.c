/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The options in a binding or interface file: Kconfig symbols that are described there and nowhere
 * else (schema.h). Their values are kept as Kconfig writes them.
 */
#include "scalar.h"
#include "schema.h"
#include <string.h>

const char *const option_type_names[] = {
    [OPTION_BOOL] = "bool",
    [OPTION_INT] = "int",
    [OPTION_HEX] = "hex",
    [OPTION_STRING] = "string",
};

/* A value of the option's type as Kconfig writes it, or NULL with an error reported. */
static const char *read_value(struct diagnostics *diagnostics, enum option_type type,
                              const struct node *node)
{
    struct arena *arena = diagnostics->arena;
    bool truth = false;
    uint64_t number = 0;
    const char *text = NULL;
    switch (type) {
    case OPTION_BOOL:
        return scalar_bool(diagnostics, node, &truth) ? truth ? "y" : "n" : NULL;
    case OPTION_INT:
        if (scalar_number(diagnostics, node, 0, INT32_MAX, &number))
            return arena_printf(arena, "%llu", (unsigned long long)number);
        return NULL;
    case OPTION_HEX:
        if (scalar_number(diagnostics, node, 0, UINT64_MAX, &number))
            return arena_printf(arena, "0x%llx", (unsigned long long)number);
        return NULL;
    case OPTION_STRING:
        return scalar_text(diagnostics, node, &text) ? text : NULL;
    }
    return NULL;
}

static const char *read_key(struct diagnostics *diagnostics, const struct option *option,
                            const struct node *node, const char *key)
{
    const struct node *value = node_get(node, key);
    return value == NULL ? NULL : read_value(diagnostics, option->type, value);
}

static const char *read_text(struct diagnostics *diagnostics, const struct node *node,
                             const char *key)
{
    const struct node *value = node_get(node, key);
    const char *text = NULL;
    if (value != NULL)
        scalar_text(diagnostics, value, &text);
    return text;
}

static void read_range(struct diagnostics *diagnostics, struct option *option,
                       const struct node *node)
{
    const struct node *min = node_get(node, "min"), *max = node_get(node, "max");
    if (min == NULL && max == NULL)
        return;
    if (option->type != OPTION_INT && option->type != OPTION_HEX) {
        node_error(diagnostics, min != NULL ? min : max, "has no meaning for type %s",
                   option_type_names[option->type]);
        return;
    }
    if (min == NULL || max == NULL) {
        node_error(diagnostics, node, "min: and max: go together");
        return;
    }
    option->min = read_key(diagnostics, option, node, "min");
    option->max = read_key(diagnostics, option, node, "max");
    uint64_t least = 0, greatest = 0, value = 0;
    if (option->min == NULL || option->max == NULL)
        return;
    number_parse(option->min, &least);
    number_parse(option->max, &greatest);
    if (least > greatest)
        node_error(diagnostics, min, "is greater than max:");
    else if (option->default_value != NULL && number_parse(option->default_value, &value) &&
             (value < least || value > greatest))
        node_error(diagnostics, node_get(node, "default"), "%s is not in the range %s to %s",
                   option->default_value, option->min, option->max);
}

static struct option *option_parse(struct diagnostics *diagnostics, const struct node *node)
{
    static const struct key_rule rules[] = {
        {"type", true},          {"default", false}, {"min", false},  {"max", false},
        {"power_of_two", false}, {"summary", true},  {"help", false}, {"depends", false},
    };
    const struct text_list types = {(const char **)option_type_names, OPTION_STRING + 1};
    struct option *option = arena_alloc(diagnostics->arena, sizeof(*option));
    option->name = node->key;
    option->at = node->key_at;
    if (!name_check(diagnostics, node, NAME_SYMBOL) ||
        !map_check(diagnostics, node, rules, sizeof(rules) / sizeof(rules[0])))
        return NULL;
    const struct node *type = node_get(node, "type");
    const char *type_name = NULL;
    if (type == NULL || !scalar_choice(diagnostics, type, &types, &type_name))
        return NULL;
    while (strcmp(option_type_names[option->type], type_name) != 0)
        option->type++;
    option->default_value = read_key(diagnostics, option, node, "default");
    read_range(diagnostics, option, node);
    const struct node *power = node_get(node, "power_of_two");
    if (power != NULL)
        scalar_bool(diagnostics, power, &option->power_of_two);
    option->summary = read_text(diagnostics, node, "summary");
    if (option->summary == NULL)
        option->summary = "";
    option->help = read_text(diagnostics, node, "help");
    option->depends = read_text(diagnostics, node, "depends");
    if (option->depends != NULL)
        option->depends_at = node_get(node, "depends")->at;
    return option;
}

struct option *options_parse(struct diagnostics *diagnostics, const struct node *map)
{
    struct option *first = NULL, **end = &first;
    if (map == NULL || !map_check(diagnostics, map, NULL, 0))
        return NULL;
    for (const struct node *node = map->first; node != NULL; node = node->next) {
        struct option *option = option_parse(diagnostics, node);
        if (option == NULL)
            continue;
        *end = option;
        end = &option->next;
    }
    return first;
}
