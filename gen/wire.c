/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Wiring: references to devices and partitions, from names to the things themselves (resource.h).
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

struct text_list devices_of_class(const struct board *board, const char *class_name)
{
    struct text_list names = {0};
    for (const struct device *one = board->devices; one != NULL; one = one->next)
        if (one->driver != NULL && strcmp(one->driver->provides, class_name) == 0)
            text_list_add(board->arena, &names, one->name);
    return names;
}

struct device *device_wire(struct board *board, const struct node *node, const char *name,
                           const char *class_name)
{
    struct device *device = board_device(board, name);
    struct text_list names = devices_of_class(board, class_name);
    if (device == NULL) {
        struct diagnostic *error =
            node_error(board->diagnostics, node, "there is no device %s", name);
        suggest(board->diagnostics, error, name, &names);
        return NULL;
    }
    if (device->driver == NULL)
        return NULL;
    if (strcmp(device->driver->provides, class_name) != 0) {
        struct diagnostic *error = node_error(board->diagnostics, node, "%s is of class %s, not %s",
                                              device->name, device->driver->provides, class_name);
        diagnostic_note(board->diagnostics, error, device->at, "%s, driver %s", device->name,
                        device->driver->name);
        diagnostic_fix(board->diagnostics, error, "devices of class %s: %s", class_name,
                       text_list_join(board->arena, &names));
        return NULL;
    }
    return device;
}

/* A partition that somebody reads or writes needs a device that does it, unless it is read in
 * place.
 */
static bool medium_serves(const struct medium *medium, bool in_place)
{
    if (in_place)
        return medium->region != NULL;
    return medium->region == NULL && node_get(medium->node, "device") != NULL;
}

static bool partition_wire(struct board *board, const struct node *node, const char *name,
                           bool in_place)
{
    struct text_list names = {0};
    const struct partition *found = NULL;
    for (const struct partition *one = board->partitions; one != NULL; one = one->next) {
        text_list_add(board->arena, &names, one->name);
        if (strcmp(one->name, name) == 0)
            found = one;
    }
    if (found == NULL) {
        struct diagnostic *error =
            node_error(board->diagnostics, node, "there is no partition %s", name);
        suggest(board->diagnostics, error, name, &names);
        return false;
    }
    if (medium_serves(found->medium, in_place))
        return true;
    if (in_place) {
        struct diagnostic *error = node_error(
            board->diagnostics, node,
            "the partition is read in place, but %s is not in the memory map", found->medium->name);
        diagnostic_note(board->diagnostics, error, found->medium->at, "the medium is from here");
        diagnostic_fix(board->diagnostics, error, "name a partition of a flash of memory:");
        return false;
    }
    struct diagnostic *error =
        node_error(board->diagnostics, node,
                   "no device reads and writes %s, where the partition is", found->medium->name);
    diagnostic_note(board->diagnostics, error, found->medium->at, "the medium is from here");
    diagnostic_fix(board->diagnostics, error,
                   "name a device of class block there: storage.%s.device", found->medium->name);
    return false;
}

static bool value_wire(struct board *board, const struct property *property,
                       const struct node *node, struct value *value)
{
    if (property->type == TYPE_PARTITION || property->of == TYPE_PARTITION)
        return partition_wire(board, node, value->text, property->in_place);
    if (property->class_name == NULL) /* its binding has an error */
        return false;
    value->device = device_wire(board, node, value->text, property->class_name);
    return value->device != NULL;
}

static bool is_reference(enum property_type type)
{
    return type == TYPE_DEVICE || type == TYPE_PARTITION;
}

void settings_wire(struct board *board, struct setting *settings)
{
    for (; settings != NULL; settings = settings->next) {
        const struct property *property = settings->property;
        if (settings->origin != SETTING_GIVEN)
            continue;
        if (is_reference(property->type) &&
            !value_wire(board, property, settings->node, &settings->value))
            settings->origin = SETTING_INVALID;
        if (property->type != TYPE_LIST || !is_reference(property->of))
            continue;
        const struct node *item = settings->node->first;
        for (size_t i = 0; i < settings->value.item_count; i++, item = item->next)
            if (!value_wire(board, property, item, &settings->value.items[i]))
                settings->origin = SETTING_INVALID;
    }
}

void settings_visit_devices(const struct setting *settings, device_visitor *visit, void *context)
{
    for (; settings != NULL; settings = settings->next) {
        if (settings->origin == SETTING_ABSENT || settings->origin == SETTING_INVALID)
            continue;
        if (settings->property->type == TYPE_DEVICE && settings->value.device != NULL)
            visit(settings, settings->value.device, context);
        if (settings->property->type == TYPE_LIST && settings->property->of == TYPE_DEVICE)
            for (size_t i = 0; i < settings->value.item_count; i++)
                visit(settings, settings->value.items[i].device, context);
    }
}

struct wiring {
    struct json *json;
    const char *from; /* "service console" */
};

/* `as` is what it is to `from`: the name of a property, or "needs". */
static void print_wire(struct json *json, const char *from, const char *as, const char *to,
                       struct position at)
{
    json_open_object(json, NULL);
    json_text(json, "from", from);
    json_text(json, "as", as);
    json_text(json, "to", to);
    json_position(json, at);
    json_close_object(json);
}

static void print_reference(const struct setting *setting, struct device *device, void *context)
{
    char to[256];
    const struct wiring *wiring = context;
    snprintf(to, sizeof(to), "device %s", device->name);
    print_wire(wiring->json, wiring->from, setting->property->name, to, setting->at);
}

static void print_needs(const struct board *board, const struct service *service,
                        struct wiring *wiring)
{
    const struct binding *interface = service->interface;
    for (size_t i = 0; i < interface->needs.count; i++)
        print_wire(wiring->json, wiring->from, "needs",
                   arena_printf(board->arena, "service %s", interface->needs.items[i]),
                   interface->needs_at[i]);
}

static void wiring_print(const struct board *board, struct json *json)
{
    struct wiring wiring = {.json = json};
    json_open_array(json, "wiring");
    for (const struct service *one = board->services; one != NULL; one = one->next) {
        if (!one->enabled)
            continue;
        wiring.from = arena_printf(board->arena, "service %s", one->name);
        settings_visit_devices(one->settings, print_reference, &wiring);
        print_needs(board, one, &wiring);
    }
    for (const struct device *one = board->devices; one != NULL; one = one->next) {
        wiring.from = arena_printf(board->arena, "device %s", one->name);
        if (one->enabled)
            settings_visit_devices(one->settings, print_reference, &wiring);
    }
    for (const struct interrupt_route *one = board->routes; one != NULL; one = one->next)
        if (board->controller != NULL)
            print_wire(json, arena_printf(board->arena, "device %s", one->device->name),
                       one->setting->property->name,
                       arena_printf(board->arena, "interrupt %llu of %s",
                                    (unsigned long long)one->number, board->controller->name),
                       one->value->at);
    json_close_array(json);
}

const struct resource wiring_resource = {.print = wiring_print};
