/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Types in interface files. A type may name those before it only, so that none contains itself.
 *
 *   u16                            a kind, or the name of a type before it
 *   { text: 32 }, { bytes: 64 }    bytes at the most
 *   { array: u16, limit: 8 }       elements at the most
 *   { optional: u32 }              a field that may be absent
 *   { enum: [off, on] }            under types: only, where it gets a name
 *   { struct: { port: u16 } }      likewise
 */
#include "interface.h"
#include "scalar.h"
#include "schema.h"
#include <string.h>

const char *const interface_kind_names[] = {
    [INTERFACE_BOOL] = "bool",         [INTERFACE_U8] = "u8",       [INTERFACE_U16] = "u16",
    [INTERFACE_U32] = "u32",           [INTERFACE_U64] = "u64",     [INTERFACE_I8] = "i8",
    [INTERFACE_I16] = "i16",           [INTERFACE_I32] = "i32",     [INTERFACE_I64] = "i64",
    [INTERFACE_F32] = "f32",           [INTERFACE_F64] = "f64",     [INTERFACE_CAP] = "cap",
    [INTERFACE_TEXT] = "text",         [INTERFACE_BYTES] = "bytes", [INTERFACE_ARRAY] = "array",
    [INTERFACE_OPTIONAL] = "optional", [INTERFACE_ENUM] = "enum",   [INTERFACE_STRUCT] = "struct",
};

#define SCALAR_KINDS (INTERFACE_CAP + 1) /* those that a word names */

struct reading {
    struct diagnostics *diagnostics;
    const struct interface_type *types; /* that a name can mean */
    bool locked;
};

static struct interface_type *new_type(const struct reading *reading, enum interface_kind kind,
                                       struct position at)
{
    struct interface_type *type = arena_alloc(reading->diagnostics->arena, sizeof(*type));
    type->kind = kind;
    type->at = at;
    return type;
}

static const struct interface_type *read_name(const struct reading *reading,
                                              const struct node *node)
{
    struct text_list names = {0};
    const char *text = node_text(node);
    for (size_t i = 0; i < SCALAR_KINDS; i++) {
        if (strcmp(text, interface_kind_names[i]) == 0)
            return new_type(reading, (enum interface_kind)i, node->at);
        text_list_add(reading->diagnostics->arena, &names, interface_kind_names[i]);
    }
    for (const struct interface_type *one = reading->types; one != NULL; one = one->next) {
        if (strcmp(text, one->name) == 0)
            return one;
        text_list_add(reading->diagnostics->arena, &names, one->name);
    }
    struct diagnostic *error = node_error(reading->diagnostics, node,
                                          "%s is no type, and none before it under types: is "
                                          "called so",
                                          text);
    suggest(reading->diagnostics, error, text, &names);
    return NULL;
}

static const struct interface_type *read_type(const struct reading *reading,
                                              const struct node *node);

static bool read_array(const struct reading *reading, const struct node *node,
                       struct interface_type *type)
{
    static const struct key_rule rules[] = {{"array", true}, {"limit", true}};
    const struct node *limit = node_get(node, "limit"), *of = node_get(node, "array");
    map_check(reading->diagnostics, node, rules, 2);
    if (limit == NULL ||
        !scalar_number(reading->diagnostics, limit, 1, INTERFACE_LIMIT_MAX, &type->limit))
        return false;
    type->of = read_type(reading, of);
    if (type->of == NULL)
        return false;
    type->depth = type->of->depth + 1;
    if (type->of->kind != INTERFACE_OPTIONAL && type->of->kind != INTERFACE_ARRAY)
        return true;
    struct diagnostic *error =
        node_error(reading->diagnostics, of, "an array's elements cannot be of type %s",
                   interface_kind_names[type->of->kind]);
    diagnostic_fix(reading->diagnostics, error, "make them structs with such a field");
    return false;
}

static bool read_optional(const struct reading *reading, const struct node *node,
                          struct interface_type *type)
{
    type->of = read_type(reading, node);
    if (type->of == NULL)
        return false;
    type->depth = type->of->depth;
    if (type->of->kind == INTERFACE_OPTIONAL)
        node_error(reading->diagnostics, node, "is optional already");
    return type->of->kind != INTERFACE_OPTIONAL;
}

static bool read_values(const struct reading *reading, const struct node *node,
                        struct interface_type *type)
{
    if (!scalar_texts(reading->diagnostics, node, &type->values))
        return false;
    if (type->values.count == 0) {
        node_error(reading->diagnostics, node, "an enum without values");
        return false;
    }
    for (size_t i = 0; i < type->values.count; i++) {
        const struct text_list before = {type->values.items, i};
        const char *value = type->values.items[i];
        if (!name_is_valid(value, NAME_FIELD))
            node_error(reading->diagnostics, node,
                       "%s is not a valid name (a-z, then a-z, 0-9 "
                       "and _, and no keyword of C)",
                       value);
        else if (text_list_has(&before, value))
            node_error(reading->diagnostics, node, "%s stands here twice", value);
        else
            continue;
        return false;
    }
    return true;
}

static bool fill_type(const struct reading *reading, const struct node *node,
                      struct interface_type *type)
{
    const struct node *value = node->first;
    switch (type->kind) {
    case INTERFACE_TEXT:
    case INTERFACE_BYTES:
        return scalar_number(reading->diagnostics, value, 1, INTERFACE_LIMIT_MAX, &type->limit);
    case INTERFACE_ARRAY:
        return read_array(reading, node, type);
    case INTERFACE_OPTIONAL:
        return read_optional(reading, value, type);
    case INTERFACE_ENUM:
        return read_values(reading, value, type);
    default: {
        const struct interface_type *fields =
            interface_fields_parse(reading->diagnostics, value, reading->types, reading->locked);
        type->fields = fields->fields;
        type->depth = fields->depth;
        return true;
    }
    }
}

/* A type that a map describes, by the first key. */
static struct interface_type *read_map(const struct reading *reading, const struct node *node)
{
    struct text_list names = {(const char **)interface_kind_names + SCALAR_KINDS,
                              INTERFACE_STRUCT + 1 - SCALAR_KINDS};
    for (size_t i = SCALAR_KINDS; i <= INTERFACE_STRUCT; i++) {
        if (node->first == NULL || strcmp(node->first->key, interface_kind_names[i]) != 0)
            continue;
        struct interface_type *type = new_type(reading, (enum interface_kind)i, node->at);
        const struct key_rule rule = {interface_kind_names[i], true};
        if (i != INTERFACE_ARRAY)
            map_check(reading->diagnostics, node, &rule, 1);
        if (!fill_type(reading, node, type))
            return NULL;
        if (type->depth > INTERFACE_DEPTH_MAX) {
            node_error(reading->diagnostics, node,
                       "more than %d structs and arrays within one "
                       "another",
                       INTERFACE_DEPTH_MAX);
            return NULL;
        }
        return type;
    }
    struct diagnostic *error = node_error(reading->diagnostics, node, "this map is no type");
    diagnostic_fix(reading->diagnostics, error, "begin it with one of: %s",
                   text_list_join(reading->diagnostics->arena, &names));
    return NULL;
}

static const struct interface_type *read_type(const struct reading *reading,
                                              const struct node *node)
{
    if (node->kind != NODE_MAP)
        return read_name(reading, node);
    const struct interface_type *type = read_map(reading, node);
    if (type == NULL || reading->locked || type->kind < INTERFACE_ENUM)
        return type;
    struct diagnostic *error =
        node_error(reading->diagnostics, node, "a nameless %s", interface_kind_names[type->kind]);
    diagnostic_fix(reading->diagnostics, error, "give it a name under types:, and use that here");
    return NULL;
}

/* RFC 8949, section 4.2.1: names as encoded, bytewise; the length goes before the characters. */
static bool is_before(const char *a, const char *b)
{
    size_t length = strlen(a), other = strlen(b);
    return length != other ? length < other : strcmp(a, b) < 0;
}

static void add_field(struct interface_type *type, struct interface_field *field)
{
    struct interface_field **link = &type->fields;
    while (*link != NULL && is_before((*link)->name, field->name))
        link = &(*link)->next;
    field->next = *link;
    *link = field;
    if (field->type->depth >= type->depth)
        type->depth = field->type->depth + 1;
}

/* Whether `text` ends in `end`. */
static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

bool interface_name_check(struct diagnostics *diagnostics, const struct node *node)
{
    static const char *const reserved[] = {"call", "calls", "config", "connect", "hashes",
                                           "main", "serve", "server", "request", "interface"};
    if (!name_check(diagnostics, node, NAME_FIELD))
        return false;
    bool taken = ends_in(node->key, "_request") || ends_in(node->key, "_reply") ||
                 ends_in(node->key, "_type") || ends_in(node->key, "_fields");
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        taken |= strcmp(node->key, reserved[i]) == 0;
    if (taken)
        diagnostic_error(diagnostics, node->key_at, "%s: the generated C has that name already",
                         node_path(diagnostics->arena, node));
    return !taken;
}

/* The generated C says in has_x whether the optional field x is there. */
static bool field_check(struct diagnostics *diagnostics, const struct node *node)
{
    bool taken = strncmp(node->key, "has_", strlen("has_")) == 0;
    if (taken)
        diagnostic_error(diagnostics, node->key_at, "%s: no field begins with has_",
                         node_path(diagnostics->arena, node));
    return !taken;
}

struct interface_type *interface_fields_parse(struct diagnostics *diagnostics,
                                              const struct node *map,
                                              const struct interface_type *types, bool locked)
{
    const struct reading reading = {diagnostics, types, locked};
    const struct position nowhere = {0};
    struct interface_type *type =
        new_type(&reading, INTERFACE_STRUCT, map != NULL ? map->at : nowhere);
    type->depth = 1;
    if (map == NULL || !map_check(diagnostics, map, NULL, 0))
        return type;
    unsigned place = 0;
    for (const struct node *node = map->first; node != NULL; node = node->next) {
        struct interface_field *field = arena_alloc(diagnostics->arena, sizeof(*field));
        *field = (struct interface_field){.name = node->key, .at = node->key_at, .place = place++};
        if (!name_check(diagnostics, node, NAME_FIELD) || !field_check(diagnostics, node))
            continue;
        field->type = read_type(&reading, node);
        if (field->type != NULL)
            add_field(type, field);
    }
    return type;
}

void interface_types_parse(struct diagnostics *diagnostics, const struct node *map,
                           struct interface_type **types)
{
    struct interface_type **end = types;
    if (!map_check(diagnostics, map, NULL, 0))
        return;
    for (const struct node *node = map->first; node != NULL; node = node->next) {
        const struct reading reading = {diagnostics, *types, false};
        if (!interface_name_check(diagnostics, node))
            continue;
        struct interface_type *type = node->kind == NODE_MAP ? read_map(&reading, node) : NULL;
        if (node->kind != NODE_MAP || (type != NULL && type->kind < INTERFACE_ENUM)) {
            struct diagnostic *error =
                node_error(diagnostics, node, "only an enum or a struct has a name");
            diagnostic_fix(diagnostics, error, "write the type where it is used");
            continue;
        }
        if (type == NULL)
            continue;
        type->name = node->key;
        *end = type;
        end = &type->next;
    }
}
