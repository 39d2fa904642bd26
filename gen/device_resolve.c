/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Devices in the image: which are, which the kernel itself uses, who uses whom, and the order of
 * initialisation, in which everything comes after what it refers to.
 */
#include "resource.h"
#include <string.h>

enum { UNSEEN, ON_PATH, DONE }; /* device->mark while ordering */

void devices_enable(struct board *board)
{
    for (struct device *device = board->devices; device != NULL; device = device->next) {
        if (device->driver == NULL || !device->runs)
            continue;
        const char *symbol = arena_printf(board->arena, "DRIVER_%s",
                                          symbol_name(board->arena, device->driver->name));
        device->enabled = strcmp(board_config(board, symbol), "y") == 0;
    }
}

/* The first device in the image of that class after `device` (NULL: of all), or NULL. */
static struct device *next_of_class(const struct board *board, struct device *device,
                                    const char *class_name)
{
    device = device == NULL ? board->devices : device->next;
    while (device != NULL &&
           (!device->enabled || strcmp(device->driver->provides, class_name) != 0))
        device = device->next;
    return device;
}

static void check_class(struct board *board, const struct class_info *class_info)
{
    struct device *first = next_of_class(board, NULL, class_info->name);
    if (first == NULL) {
        if (!class_info->required || board->diagnostics->error_count > 0)
            return;
        struct diagnostic *error =
            diagnostic_error(board->diagnostics, board->layered->at,
                             "devices: none of class %s is in the image", class_info->name);
        diagnostic_note(board->diagnostics, error, class_info->at, "every image needs one: %s",
                        class_info->summary);
        return;
    }
    struct device *second = next_of_class(board, first, class_info->name);
    if (!class_info->single || second == NULL)
        return;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, second->at, "devices.%s: a second device of class %s",
                         second->name, class_info->name);
    diagnostic_note(board->diagnostics, error, first->at, "%s is the first", first->name);
    diagnostic_fix(board->diagnostics, error, "remove one of the two: `%s: null`", first->name);
}

static void find_role(struct board *board)
{
    for (struct device *one = board->devices; one != NULL; one = one->next) {
        if (one->role == NULL || strcmp(one->role, "console") != 0)
            continue;
        board->console = one;
        if (!one->enabled && one->driver != NULL && one->runs) {
            struct diagnostic *error = diagnostic_error(
                board->diagnostics, one->role_node->at,
                "devices.%s: has the role console, but its driver is off", one->name);
            diagnostic_fix(board->diagnostics, error, "set DRIVER_%s, or remove the role",
                           symbol_name(board->arena, one->driver->name));
        }
    }
}

struct referring {
    struct board *board;
    struct device *device;
};

static void check_reference(const struct setting *setting, struct device *device, void *context)
{
    const struct referring *from = context;
    struct board *board = from->board;
    reason_add(board->arena, &device->users, setting->at, "%s of %s", setting->property->name,
               from->device->name);
    if (device->enabled)
        return;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, setting->at, "devices.%s.%s: the driver of %s is off",
                         from->device->name, setting->property->name, device->name);
    diagnostic_note(board->diagnostics, error, device->driver_node->at, "its driver is %s",
                    device->driver->name);
    diagnostic_fix(board->diagnostics, error, "set DRIVER_%s",
                   symbol_name(board->arena, device->driver->name));
}

/* The first of its settings that names an interrupt, or NULL. */
static const struct setting *interrupts_of(const struct device *device)
{
    const struct setting *setting = device->settings;
    while (setting != NULL && setting->property->type != TYPE_INTERRUPT &&
           setting->property->of != TYPE_INTERRUPT)
        setting = setting->next;
    return setting;
}

struct ordering {
    struct board *board;
    struct device **end;    /* of the ordered list */
    struct device *visited; /* whose references are being followed */
};

/* `from` needs a device that is on the path to it: tells each need on the way back. */
static void report_cycle(struct board *board, const struct device *from,
                         const struct device *device)
{
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, from->followed->at, "devices.%s.%s: a cycle: %s needs %s first",
        from->name, from->followed->property->name, from->name, device->name);
    for (; device != from; device = device->need)
        diagnostic_note(board->diagnostics, error, device->followed->at, "%s needs %s first, by %s",
                        device->name, device->need->name, device->followed->property->name);
    diagnostic_fix(board->diagnostics, error, "take one need out of the cycle");
}

static void order_device(struct ordering *ordering, struct device *device);

/* The device after whose initialisation comes that of the one being visited. */
static void order_reference(const struct setting *setting, struct device *device, void *context)
{
    struct ordering *ordering = context;
    struct device *from = ordering->visited;
    from->followed = setting;
    from->need = device;
    if (device->mark == ON_PATH)
        report_cycle(ordering->board, from, device);
    else
        order_device(ordering, device);
    ordering->visited = from;
}

static void order_device(struct ordering *ordering, struct device *device)
{
    if (device->mark != UNSEEN)
        return;
    device->mark = ON_PATH;
    ordering->visited = device;
    struct device *controller = ordering->board->controller;
    const struct setting *interrupts = interrupts_of(device);
    if (controller != NULL && device != controller && interrupts != NULL)
        order_reference(interrupts, controller, ordering);
    settings_visit_devices(device->settings, order_reference, ordering);
    device->mark = DONE;
    *ordering->end = device;
    ordering->end = &device->next;
}

static void order_devices(struct board *board)
{
    size_t count = 0;
    for (struct device *one = board->devices; one != NULL; one = one->next)
        count++;
    struct device **all = arena_alloc(board->arena, (count + 1) * sizeof(struct device *));
    count = 0;
    for (struct device *one = board->devices; one != NULL; one = one->next)
        all[count++] = one;
    struct device *first = NULL;
    struct ordering ordering = {.board = board, .end = &first};
    for (size_t i = 0; i < count; i++)
        order_device(&ordering, all[i]);
    *ordering.end = NULL;
    board->devices = first;
}

void devices_resolve(struct board *board)
{
    const struct class_info *class_info = board->catalog->classes;
    for (; class_info != NULL; class_info = class_info->next)
        check_class(board, class_info);
    board->controller = next_of_class(board, NULL, "interrupt-controller");
    board->timer = next_of_class(board, NULL, "timer");
    find_role(board);
    if (board->timer != NULL)
        reason_add(board->arena, &board->timer->users, (struct position){0}, "the kernel's clock");
    if (board->console != NULL)
        reason_add(board->arena, &board->console->users, board->console->role_node->at,
                   "the kernel's console");
    for (struct device *one = board->devices; one != NULL; one = one->next) {
        struct referring referring = {board, one};
        if (one->enabled)
            settings_visit_devices(one->settings, check_reference, &referring);
    }
    order_devices(board);
}

static void print_device(const struct board *board, const struct device *device, struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "name", device->name);
    json_text(json, "driver", device->driver->name);
    json_text(json, "class", device->driver->provides);
    json_bool(json, "state", device->driver->state);
    json_text(json, "role", device->role);
    if (json->positions)
        json_text(json, "summary", device->summary);
    settings_print(json, device->settings);
    json_open_array(json, "used_by");
    for (const struct reason *user = device->users; user != NULL; user = user->next)
        json_text(json, NULL, user->text);
    json_close_array(json);
    json_text(json, "config", symbol_name(board->arena, device->driver->name));
    json_position(json, device->at);
    json_close_object(json);
}

static bool driver_is_used(const struct board *board, const struct binding *driver)
{
    const struct device *device = board->devices;
    while (device != NULL && (!device->enabled || device->driver != driver))
        device = device->next;
    return device != NULL;
}

static void print_driver(const struct binding *driver, struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "name", driver->name);
    json_text(json, "class", driver->provides);
    if (json->positions)
        json_text(json, "summary", driver->summary);
    json_bool(json, "state", driver->state);
    json_open_array(json, "properties");
    for (const struct property *one = driver->properties; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        property_print(json, one);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

void devices_print(const struct board *board, struct json *json)
{
    json_open_array(json, "devices");
    for (const struct device *one = board->devices; one != NULL; one = one->next)
        if (one->enabled)
            print_device(board, one, json);
    json_close_array(json);
    json_open_array(json, "drivers");
    for (const struct binding *one = board->catalog->drivers; one != NULL; one = one->next)
        if (driver_is_used(board, one))
            print_driver(one, json);
    json_close_array(json);
    json_text(json, "timer", board->timer == NULL ? NULL : board->timer->name);
    json_text(json, "console",
              board->console == NULL || !board->console->enabled ? NULL : board->console->name);
}

const struct resource device_resource = {.key = "devices",
                                         .required = true,
                                         .read = devices_read,
                                         .enable = devices_enable,
                                         .resolve = devices_resolve,
                                         .print = devices_print};
