/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The properties of a device or service with their values (resource.h).
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

static struct setting *setting_read(struct board *board, const struct property *property,
                                    const struct node *map)
{
    struct setting *setting = arena_alloc(board->arena, sizeof(*setting));
    struct node *node = node_get(map, property->name);
    setting->property = property;
    setting->at = property->at;
    if (node != NULL) {
        setting->origin = SETTING_GIVEN;
        setting->node = node;
        setting->at = node->at;
    } else if (property->default_value != NULL) {
        setting->origin = SETTING_DEFAULT;
        node = property->default_value;
        setting->at = node->at;
    } else {
        return setting;
    }
    /* A default was checked when its binding was read. */
    struct diagnostics unheard;
    diagnostics_init(&unheard, board->arena);
    if (!value_read(setting->origin == SETTING_DEFAULT ? &unheard : board->diagnostics, property,
                    node, &setting->value))
        setting->origin = SETTING_INVALID;
    return setting;
}

struct setting *settings_read(struct board *board, const struct property *properties,
                              const struct node *map)
{
    struct setting *first = NULL, **end = &first;
    for (; properties != NULL; properties = properties->next) {
        *end = setting_read(board, properties, map);
        end = &(*end)->next;
    }
    return first;
}

void settings_require(struct board *board, const struct setting *settings, const struct node *map)
{
    for (; settings != NULL; settings = settings->next) {
        const struct property *property = settings->property;
        if (settings->origin != SETTING_ABSENT || !property->required)
            continue;
        struct diagnostic *error =
            diagnostic_error(board->diagnostics, map->key_at, "%s.%s: is missing",
                             node_path(board->arena, map), property->name);
        diagnostic_note(board->diagnostics, error, property->at, "%s, of type %s, is required",
                        property->summary, property_type_names[property->type]);
        diagnostic_fix(board->diagnostics, error, "add `%s:`", property->name);
    }
}

const struct setting *setting_find(const struct setting *settings, const char *name)
{
    while (settings != NULL && strcmp(settings->property->name, name) != 0)
        settings = settings->next;
    return settings;
}

static void print_value(struct json *json, const char *key, enum property_type type,
                        const struct value *value)
{
    switch (type) {
    case TYPE_BOOL:
        json_bool(json, key, value->number != 0);
        break;
    case TYPE_TEXT:
    case TYPE_ENUM:
    case TYPE_DEVICE:
    case TYPE_PARTITION:
        json_text(json, key, value->text);
        break;
    case TYPE_REGISTERS:
        json_open_object(json, key);
        json_number(json, "base", value->number);
        json_number(json, "size", value->size);
        json_close_object(json);
        break;
    default:
        json_number(json, key, value->number);
        break;
    }
}

static void print_setting(struct json *json, const struct setting *setting)
{
    const struct property *property = setting->property;
    const struct value *value = &setting->value;
    if (setting->origin == SETTING_ABSENT || setting->origin == SETTING_INVALID) {
        json_null(json, "value");
    } else if (property->type == TYPE_LIST) {
        json_open_array(json, "value");
        for (size_t i = 0; i < value->item_count; i++)
            print_value(json, NULL, property->of, &value->items[i]);
        json_close_array(json);
    } else {
        print_value(json, "value", property->type, value);
    }
}

void property_print(struct json *json, const struct property *property)
{
    json_text(json, "name", property->name);
    json_text(json, "type", property_type_names[property->type]);
    if (property->values.count > 0)
        texts_print(json, "values", &property->values);
    if (property->type == TYPE_LIST)
        json_text(json, "of", property_type_names[property->of]);
    if (property->class_name != NULL)
        json_text(json, "class", property->class_name);
    if (json->positions)
        json_text(json, "summary", property->summary);
    if (property->runtime)
        json_bool(json, "runtime", true);
    json_bool(json, "optional", !property->required && property->default_value == NULL);
}

void settings_print(struct json *json, const struct setting *settings)
{
    json_open_array(json, "properties");
    for (; settings != NULL; settings = settings->next) {
        json_open_object(json, NULL);
        property_print(json, settings->property);
        print_setting(json, settings);
        json_position(json, settings->at);
        json_close_object(json);
    }
    json_close_array(json);
}

void texts_print(struct json *json, const char *key, const struct text_list *list)
{
    json_open_array(json, key);
    for (size_t i = 0; i < list->count; i++)
        json_text(json, NULL, list->items[i]);
    json_close_array(json);
}

void reason_add(struct arena *arena, struct reason **reasons, struct position at,
                const char *format, ...)
{
    struct reason *reason = arena_alloc(arena, sizeof(*reason));
    va_list arguments;
    va_start(arguments, format);
    reason->text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    reason->at = at;
    while (*reasons != NULL && strcmp((*reasons)->text, reason->text) != 0)
        reasons = &(*reasons)->next;
    if (*reasons == NULL)
        *reasons = reason;
}
