/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The properties in a binding or interface file: which there are, of which type, and what a value
 * of theirs must be like. Which keys have a meaning depends on the type: `key_types` is the table.
 */
#include "scalar.h"
#include "schema.h"
#include "value.h"
#include <string.h>

const char *const property_type_names[] = {
    [TYPE_BOOL] = "bool",
    [TYPE_U8] = "u8",
    [TYPE_U16] = "u16",
    [TYPE_U32] = "u32",
    [TYPE_U64] = "u64",
    [TYPE_SIZE] = "size",
    [TYPE_TIME] = "time",
    [TYPE_ADDRESS] = "address",
    [TYPE_TEXT] = "text",
    [TYPE_ENUM] = "enum",
    [TYPE_INTERRUPT] = "interrupt",
    [TYPE_REGISTERS] = "registers",
    [TYPE_PIN] = "pin",
    [TYPE_DEVICE] = "device",
    [TYPE_PARTITION] = "partition",
    [TYPE_LIST] = "list",
};

const char *const pin_claim_names[] = {"nothing", "function", "pull", "use"};

#define BIT(type) (1u << (type))
#define NUMBERS   (BIT(TYPE_U8) | BIT(TYPE_U16) | BIT(TYPE_U32) | BIT(TYPE_U64) | BIT(TYPE_SIZE))

/* What fits into an unsigned number, and is no part of the board's wiring. */
#define RUNTIME (BIT(TYPE_BOOL) | NUMBERS | BIT(TYPE_TIME) | BIT(TYPE_ENUM))

/* The keys that not every type has, with the types (a list's elements) that have them. */
static const struct {
    const char *key;
    unsigned types;
} key_types[] = {
    {"min", NUMBERS | BIT(TYPE_TIME)},
    {"max", NUMBERS | BIT(TYPE_TIME)},
    {"power_of_two", NUMBERS},
    {"values", BIT(TYPE_ENUM)},
    {"class", BIT(TYPE_DEVICE)},
    {"in_place", BIT(TYPE_PARTITION)},
    {"size", BIT(TYPE_REGISTERS)},
    {"trigger", BIT(TYPE_INTERRUPT)},
    {"of", BIT(TYPE_LIST)},
    {"limit", BIT(TYPE_LIST)},
    {"claims", BIT(TYPE_PIN)},
    {"runtime", RUNTIME},
};

static bool read_type(struct diagnostics *diagnostics, const struct node *node, size_t count,
                      enum property_type *type)
{
    struct text_list names = {.items = (const char **)property_type_names, .count = count};
    const char *name = NULL;
    if (!scalar_choice(diagnostics, node, &names, &name))
        return false;
    for (size_t i = 0; i < count; i++)
        if (strcmp(property_type_names[i], name) == 0)
            *type = (enum property_type)i;
    return true;
}

static void refuse_foreign_keys(struct diagnostics *diagnostics, const struct node *node,
                                const struct property *property)
{
    for (size_t i = 0; i < sizeof(key_types) / sizeof(key_types[0]); i++) {
        const struct node *key = node_get(node, key_types[i].key);
        unsigned types = BIT(property->type);
        if (property->type == TYPE_LIST && key_types[i].types != RUNTIME)
            types |= BIT(property->of);
        if (key != NULL && (key_types[i].types & types) == 0)
            diagnostic_error(diagnostics, key->key_at, "%s: has no meaning for type %s",
                             node_path(diagnostics->arena, key),
                             property_type_names[property->type]);
    }
}

static void require_key(struct diagnostics *diagnostics, const struct node *node, const char *key,
                        const struct property *property)
{
    if (node_get(node, key) == NULL)
        node_error(diagnostics, node, "type %s wants %s:", property_type_names[property->type],
                   key);
}

/* min:, max:, power_of_two: of a number, size or time. */
static void read_limits(struct diagnostics *diagnostics, const struct node *node,
                        struct property *property)
{
    const struct node *min = node_get(node, "min"), *max = node_get(node, "max");
    enum property_type type = property->type == TYPE_LIST ? property->of : property->type;
    if ((BIT(type) & (NUMBERS | BIT(TYPE_TIME))) == 0)
        return;
    const struct property plain = {.type = type, .max = UINT64_MAX};
    struct value value;
    if (min != NULL && value_read(diagnostics, &plain, min, &value))
        property->min = value.number;
    if (max != NULL && value_read(diagnostics, &plain, max, &value))
        property->max = value.number;
    if (property->min > property->max)
        node_error(diagnostics, min, "is greater than max:");
    const struct node *power = node_get(node, "power_of_two");
    if (power != NULL)
        scalar_bool(diagnostics, power, &property->power_of_two);
}

static void read_values(struct diagnostics *diagnostics, const struct node *node,
                        struct property *property)
{
    const struct node *values = node_get(node, "values");
    if (values == NULL || !scalar_texts(diagnostics, values, &property->values))
        return;
    if (property->values.count == 0)
        node_error(diagnostics, values, "is empty");
    for (const struct node *item = values->first; item != NULL; item = item->next)
        if (!name_is_valid(item->text, NAME_THING))
            node_error(diagnostics, item, "%s is not a valid name (a-z, then a-z, 0-9 and -)",
                       item->text);
    for (size_t i = 1; i < property->values.count; i++) {
        struct text_list before = {property->values.items, i};
        if (text_list_has(&before, property->values.items[i]))
            node_error(diagnostics, values, "%s is given twice", property->values.items[i]);
    }
}

static void read_class(struct diagnostics *diagnostics, const struct class_info *classes,
                       const struct node *node, struct property *property)
{
    enum property_type type = property->type == TYPE_LIST ? property->of : property->type;
    const struct node *class_node = node_get(node, "class");
    struct text_list names = class_names(diagnostics->arena, classes);
    if (type != TYPE_DEVICE)
        return;
    property->class_name = ""; /* of which there is no device */
    if (class_node != NULL)
        scalar_choice(diagnostics, class_node, &names, &property->class_name);
}

static void read_claims(struct diagnostics *diagnostics, const struct node *node,
                        struct property *property)
{
    const struct text_list names = {(const char **)pin_claim_names + 1, PIN_CLAIMS_USE};
    const struct node *claims = node_get(node, "claims");
    const char *name = NULL;
    if (claims == NULL || !scalar_choice(diagnostics, claims, &names, &name))
        return;
    while (strcmp(pin_claim_names[property->claims], name) != 0)
        property->claims++;
}

/* What only some types have. */
static void read_details(struct diagnostics *diagnostics, const struct class_info *classes,
                         const struct node *node, struct property *property)
{
    read_limits(diagnostics, node, property);
    read_values(diagnostics, node, property);
    read_class(diagnostics, classes, node, property);
    read_claims(diagnostics, node, property);
    const struct node *runtime = node_get(node, "runtime");
    if (runtime != NULL)
        scalar_bool(diagnostics, runtime, &property->runtime);
    const struct node *in_place = node_get(node, "in_place");
    if (in_place != NULL)
        scalar_bool(diagnostics, in_place, &property->in_place);
    const struct node *size = node_get(node, "size"), *limit = node_get(node, "limit");
    if (size != NULL && scalar_size(diagnostics, size, &property->size) && property->size == 0)
        node_error(diagnostics, size, "a window of no bytes");
    if (limit != NULL)
        scalar_number(diagnostics, limit, 1, 65535, &property->limit);
    static const char *edges[] = {"level", "edge"};
    const struct text_list triggers = {edges, 2};
    const struct node *trigger = node_get(node, "trigger");
    const char *text = "level";
    if (trigger != NULL && scalar_choice(diagnostics, trigger, &triggers, &text))
        property->edge = strcmp(text, "edge") == 0;
    enum property_type type = property->type == TYPE_LIST ? property->of : property->type;
    if (type == TYPE_ENUM)
        require_key(diagnostics, node, "values", property);
    if (type == TYPE_DEVICE)
        require_key(diagnostics, node, "class", property);
    if (property->type == TYPE_LIST) {
        require_key(diagnostics, node, "of", property);
        require_key(diagnostics, node, "limit", property);
    }
}

static void read_default(struct diagnostics *diagnostics, const struct node *node,
                         struct property *property)
{
    const struct node *required = node_get(node, "required");
    if (required != NULL)
        scalar_bool(diagnostics, required, &property->required);
    property->default_value = node_get(node, "default");
    if (property->default_value == NULL)
        return;
    struct value value;
    if (property->required)
        node_error(diagnostics, property->default_value, "a required property has no default");
    else
        value_read(diagnostics, property, property->default_value, &value);
}

static struct property *property_parse(struct diagnostics *diagnostics,
                                       const struct class_info *classes, const struct node *node)
{
    static const struct key_rule rules[] = {
        {"type", true},    {"of", false},     {"required", false},     {"default", false},
        {"min", false},    {"max", false},    {"power_of_two", false}, {"values", false},
        {"class", false},  {"size", false},   {"limit", false},        {"trigger", false},
        {"claims", false}, {"summary", true}, {"runtime", false},      {"in_place", false},
    };
    struct property *property = arena_alloc(diagnostics->arena, sizeof(*property));
    property->name = node->key;
    property->at = node->key_at;
    property->max = UINT64_MAX;
    property->limit = 65535;
    property->summary = "";
    if (!name_check(diagnostics, node, NAME_FIELD) ||
        !map_check(diagnostics, node, rules, sizeof(rules) / sizeof(rules[0])))
        return NULL;
    const struct node *type = node_get(node, "type"), *of = node_get(node, "of");
    if (type == NULL || !read_type(diagnostics, type, TYPE_LIST + 1, &property->type))
        return NULL;
    if (of != NULL && !read_type(diagnostics, of, TYPE_LIST, &property->of))
        return NULL;
    const struct node *summary = node_get(node, "summary");
    if (summary != NULL)
        scalar_text(diagnostics, summary, &property->summary);
    refuse_foreign_keys(diagnostics, node, property);
    read_details(diagnostics, classes, node, property);
    read_default(diagnostics, node, property);
    return property;
}

struct property *properties_parse(struct diagnostics *diagnostics, const struct class_info *classes,
                                  const struct node *map)
{
    struct property *first = NULL, **end = &first;
    if (map == NULL || !map_check(diagnostics, map, NULL, 0))
        return NULL;
    for (const struct node *node = map->first; node != NULL; node = node->next) {
        struct property *property = property_parse(diagnostics, classes, node);
        if (property == NULL)
            continue;
        *end = property;
        end = &property->next;
    }
    return first;
}
