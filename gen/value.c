/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See value.h.
 */
#include "value.h"
#include "scalar.h"
#include <string.h>

static bool is_power_of_two(uint64_t number)
{
    return number != 0 && (number & (number - 1)) == 0;
}

/* A number as the board would write it. */
static const char *number_text(struct arena *arena, enum property_type type, uint64_t number)
{
    if (type == TYPE_SIZE)
        return size_text(arena, number);
    if (type == TYPE_TIME)
        return time_text(arena, number);
    return arena_printf(arena, "%llu", (unsigned long long)number);
}

/* The limits that a binding sets. */
static bool in_limits(struct diagnostics *diagnostics, const struct property *property,
                      const struct node *node, uint64_t number)
{
    if (number < property->min || number > property->max) {
        const char *min = number_text(diagnostics->arena, property->type, property->min);
        const char *max = number_text(diagnostics->arena, property->type, property->max);
        struct diagnostic *error =
            property->max == UINT64_MAX
                ? node_error(diagnostics, node, "%s is less than the least, %s", node->text, min)
                : node_error(diagnostics, node, "%s is not in the range %s to %s", node->text, min,
                             max);
        diagnostic_note(diagnostics, error, property->at, "the range is from here");
        return false;
    }
    if (property->power_of_two && !is_power_of_two(number)) {
        struct diagnostic *error =
            node_error(diagnostics, node, "%s is not a power of two", node->text);
        diagnostic_note(diagnostics, error, property->at, "which %s has to be", property->name);
        return false;
    }
    return true;
}

static bool read_number(struct diagnostics *diagnostics, const struct property *property,
                        const struct node *node, struct value *value)
{
    static const uint64_t greatest[] = {[TYPE_U8] = UINT8_MAX,
                                        [TYPE_U16] = UINT16_MAX,
                                        [TYPE_U32] = UINT32_MAX,
                                        [TYPE_U64] = UINT64_MAX};
    bool good = false;
    if (property->type == TYPE_SIZE)
        good = scalar_size(diagnostics, node, &value->number);
    else if (property->type == TYPE_TIME)
        good = scalar_time(diagnostics, node, &value->number);
    else
        good = scalar_number(diagnostics, node, 0, greatest[property->type], &value->number);
    return good && in_limits(diagnostics, property, node, value->number);
}

/* 33, or { number: 33, trigger: edge, shared: true }. */
static bool read_interrupt(struct diagnostics *diagnostics, const struct property *property,
                           const struct node *node, struct value *value)
{
    value->edge = property->edge;
    if (node->kind != NODE_MAP)
        return scalar_number(diagnostics, node, 0, UINT32_MAX, &value->number);
    static const struct key_rule rules[] = {
        {"number", true}, {"trigger", false}, {"shared", false}};
    static const char *edges[] = {"level", "edge"};
    const struct text_list triggers = {edges, 2};
    map_check(diagnostics, node, rules, 3);
    const struct node *number = node_get(node, "number"), *trigger = node_get(node, "trigger");
    const struct node *shared = node_get(node, "shared");
    const char *text = NULL;
    bool good = number != NULL && scalar_number(diagnostics, number, 0, UINT32_MAX, &value->number);
    if (trigger != NULL) {
        good &= scalar_choice(diagnostics, trigger, &triggers, &text);
        value->edge = text != NULL && strcmp(text, "edge") == 0;
    }
    if (shared != NULL)
        good &= scalar_bool(diagnostics, shared, &value->shared);
    return good;
}

/* 0x09000000, or { base: 0x09000000, size: 4K }. */
static bool read_registers(struct diagnostics *diagnostics, const struct property *property,
                           const struct node *node, struct value *value)
{
    const struct node *base = node, *size = NULL;
    value->size = property->size;
    if (node->kind == NODE_MAP) {
        static const struct key_rule rules[] = {{"base", true}, {"size", false}};
        map_check(diagnostics, node, rules, 2);
        base = node_get(node, "base");
        size = node_get(node, "size");
    }
    if (base == NULL || !scalar_address(diagnostics, base, &value->number))
        return false;
    if (size != NULL && !scalar_size(diagnostics, size, &value->size))
        return false;
    if (value->size == 0) {
        struct diagnostic *error = node_error(diagnostics, node, "the window has no size");
        diagnostic_fix(diagnostics, error, "write it as { base: 0x%llx, size: 4K }",
                       (unsigned long long)value->number);
        return false;
    }
    if (value->number > UINT64_MAX - (value->size - 1)) {
        node_error(diagnostics, node, "the window goes beyond the address space");
        return false;
    }
    return true;
}

static bool read_list(struct diagnostics *diagnostics, const struct property *property,
                      const struct node *node, struct value *value)
{
    if (node->kind != NODE_LIST) {
        node_error(diagnostics, node, "%s is not a list", node_text(node));
        return false;
    }
    size_t count = 0;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        count++;
    if (count > property->limit) {
        struct diagnostic *error = node_error(diagnostics, node, "%zu elements are more than %llu",
                                              count, (unsigned long long)property->limit);
        diagnostic_note(diagnostics, error, property->at, "the limit is from here");
        return false;
    }
    struct property element = *property;
    element.type = property->of;
    value->items = arena_alloc(diagnostics->arena, (count + 1) * sizeof(*value->items));
    bool good = true;
    for (const struct node *item = node->first; item != NULL; item = item->next)
        good &= value_read(diagnostics, &element, item, &value->items[value->item_count++]);
    return good;
}

bool value_read(struct diagnostics *diagnostics, const struct property *property,
                const struct node *node, struct value *value)
{
    bool truth = false, good = false;
    *value = (struct value){.at = node->at};
    switch (property->type) {
    case TYPE_BOOL:
        good = scalar_bool(diagnostics, node, &truth);
        value->number = truth;
        return good;
    case TYPE_U8:
    case TYPE_U16:
    case TYPE_U32:
    case TYPE_U64:
    case TYPE_SIZE:
    case TYPE_TIME:
        return read_number(diagnostics, property, node, value);
    case TYPE_ADDRESS:
        return scalar_address(diagnostics, node, &value->number);
    case TYPE_TEXT:
    case TYPE_DEVICE:
    case TYPE_PARTITION:
        return scalar_text(diagnostics, node, &value->text);
    case TYPE_ENUM:
        return scalar_choice(diagnostics, node, &property->values, &value->text);
    case TYPE_INTERRUPT:
        return read_interrupt(diagnostics, property, node, value);
    case TYPE_REGISTERS:
        return read_registers(diagnostics, property, node, value);
    case TYPE_PIN:
        return scalar_number(diagnostics, node, 0, UINT8_MAX, &value->number);
    case TYPE_LIST:
        return read_list(diagnostics, property, node, value);
    }
    return false;
}
