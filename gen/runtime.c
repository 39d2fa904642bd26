/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See runtime.h; as a resource it prints them into the model.
 */
#include "runtime.h"
#include "resource.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Whether the board has a device that can load a file of options. */
static bool loads_a_file(const struct board *board)
{
    for (const struct device *device = board->devices; device != NULL; device = device->next)
        if (device->enabled && strcmp(device->driver->provides, "configuration") == 0)
            return true;
    return false;
}

static struct runtime_option **add(const struct board *board, struct runtime_option **end,
                                   enum runtime_section section, const char *owner,
                                   const struct property *property)
{
    static const char *const sections[] = {"devices", "services"};
    struct runtime_option *option = arena_alloc(board->arena, sizeof(*option));
    option->section = section;
    option->owner = owner;
    option->field = property->name;
    option->property = property;
    option->name = section == RUNTIME_LOG ? arena_printf(board->arena, "log.%s", property->name)
                                          : arena_printf(board->arena, "%s.%s.%s",
                                                         sections[section], owner, property->name);
    *end = option;
    return &option->next;
}

static struct runtime_option **add_settings(const struct board *board, struct runtime_option **end,
                                            enum runtime_section section, const char *owner,
                                            const struct setting *settings)
{
    for (; settings != NULL; settings = settings->next)
        if (settings->property->runtime && settings->origin != SETTING_ABSENT)
            end = add(board, end, section, owner, settings->property);
    return end;
}

/* log.level: up to the most detailed that is compiled in. */
static const struct property *log_level(const struct board *board)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    struct property *property = arena_alloc(board->arena, sizeof(*property));
    size_t most = strtoul(board_config(board, "LOG_LEVEL"), NULL, 10);
    property->name = "level";
    property->at = board->layered->at;
    property->summary = "Most detailed level of the log";
    property->type = TYPE_ENUM;
    for (size_t i = 0; i <= most && i < sizeof(names) / sizeof(names[0]); i++)
        text_list_add(board->arena, &property->values, names[i]);
    property->max = UINT64_MAX;
    return property;
}

struct runtime_option *runtime_options(const struct board *board)
{
    struct runtime_option *first = NULL, **end = &first;
    if (!loads_a_file(board))
        return NULL;
    for (const struct device *device = board->devices; device != NULL; device = device->next)
        if (device->enabled)
            end = add_settings(board, end, RUNTIME_DEVICES, device->name, device->settings);
    for (const struct service *service = board->services; service != NULL; service = service->next)
        if (service->enabled)
            end = add_settings(board, end, RUNTIME_SERVICES, service->name, service->settings);
    add(board, end, RUNTIME_LOG, NULL, log_level(board));
    return first;
}

uint64_t runtime_max(const struct property *property)
{
    static const uint64_t greatest[] = {[TYPE_BOOL] = 1,
                                        [TYPE_U8] = UINT8_MAX,
                                        [TYPE_U16] = UINT16_MAX,
                                        [TYPE_U32] = UINT32_MAX,
                                        [TYPE_SIZE] = UINT32_MAX};
    uint64_t max = property->max;
    if (property->type == TYPE_ENUM)
        return property->values.count - 1;
    if (property->type < sizeof(greatest) / sizeof(greatest[0]) && greatest[property->type] != 0 &&
        greatest[property->type] < max)
        max = greatest[property->type];
    return max;
}

void runtime_schema(const struct board *board, const struct runtime_option *options,
                    uint8_t schema[SHA256_DIGEST_LENGTH])
{
    SHA2_CTX context;
    SHA256Init(&context);
    for (; options != NULL; options = options->next) {
        const struct property *property = options->property;
        const char *line =
            arena_printf(board->arena, "%s %s %" PRIu64 " %" PRIu64 " %d %s\n", options->name,
                         property_type_names[property->type], property->min, runtime_max(property),
                         property->power_of_two, text_list_join(board->arena, &property->values));
        SHA256Update(&context, (const uint8_t *)line, strlen(line));
    }
    SHA256Final(schema, &context);
}

static void print_option(struct json *json, const struct runtime_option *option)
{
    static const char *const sections[] = {"devices", "services", "log"};
    const struct property *property = option->property;
    json_open_object(json, NULL);
    json_text(json, "name", option->name);
    json_text(json, "section", sections[option->section]);
    json_text(json, "owner", option->owner);
    json_text(json, "field", option->field);
    json_text(json, "type", property_type_names[property->type]);
    json_number(json, "min", property->min);
    json_number(json, "max", runtime_max(property));
    json_bool(json, "power_of_two", property->power_of_two);
    json_close_object(json);
}

static void runtime_print(const struct board *board, struct json *json)
{
    const struct runtime_option *options = runtime_options(board);
    uint8_t schema[SHA256_DIGEST_LENGTH];
    char text[SHA256_DIGEST_STRING_LENGTH];
    if (!loads_a_file(board)) {
        json_null(json, "runtime");
        return;
    }
    runtime_schema(board, options, schema);
    json_open_object(json, "runtime");
    for (size_t i = 0; i < sizeof(schema); i++)
        snprintf(text + 2 * i, 3, "%02x", schema[i]);
    json_text(json, "schema", text);
    json_open_array(json, "options");
    for (; options != NULL; options = options->next)
        print_option(json, options);
    json_close_array(json);
    json_close_object(json);
}

const struct resource runtime_resource = {.print = runtime_print};
