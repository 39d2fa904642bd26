/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Devices: what the board describes, which driver serves each and what they refer to. What is done
 * with them stands in device_resolve.c.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

struct device *board_device(const struct board *board, const char *name)
{
    struct device *device = board->devices;
    while (device != NULL && strcmp(device->name, name) != 0)
        device = device->next;
    return device;
}

static void check_platform(struct board *board, struct device *device)
{
    const struct binding *driver = device->driver;
    device->runs = true;
    if (board->layered->arch == NULL || board->cpu.model[0] == '\0')
        return; /* the architecture or the CPU is unknown: that was said */
    if (driver->arch.count > 0 && !text_list_has(&driver->arch, board->arch.name)) {
        device->runs = false;
        struct diagnostic *error =
            node_error(board->diagnostics, device->driver_node, "%s does not run on %s",
                       driver->name, board->arch.name);
        diagnostic_note(board->diagnostics, error, driver->at, "it runs on: %s",
                        text_list_join(board->arena, &driver->arch));
    }
    for (size_t i = 0; i < driver->features.count; i++) {
        const char *feature = driver->features.items[i];
        if (text_list_has(&board->cpu.features, feature))
            continue;
        device->runs = false;
        struct diagnostic *error =
            node_error(board->diagnostics, device->driver_node, "%s needs %s, which the CPU lacks",
                       driver->name, feature);
        diagnostic_note(board->diagnostics, error, board->cpu.at, "%s has: %s", board->cpu.model,
                        text_list_join(board->arena, &board->cpu.features));
    }
}

static void read_driver(struct board *board, struct device *device)
{
    struct node *node = device->driver_node = node_get(device->node, "driver");
    const char *name = NULL;
    if (node == NULL) {
        struct diagnostic *error = diagnostic_error(board->diagnostics, device->at,
                                                    "devices.%s.driver: is missing", device->name);
        diagnostic_fix(board->diagnostics, error,
                       "add `driver:`, or correct the name if a device of a lower layer is meant");
        return;
    }
    if (!scalar_text(board->diagnostics, node, &name))
        return;
    device->driver = binding_find(board->catalog->drivers, name);
    if (device->driver != NULL) {
        check_platform(board, device);
        return;
    }
    struct text_list names = binding_names(board->arena, board->catalog->drivers);
    struct diagnostic *error = node_error(board->diagnostics, node, "there is no driver %s", name);
    suggest(board->diagnostics, error, name, &names);
}

static void check_keys(struct board *board, const struct device *device)
{
    struct text_list names = {0};
    for (const struct property *one = device->driver->properties; one != NULL; one = one->next)
        text_list_add(board->arena, &names, one->name);
    static const char *const common[] = {"driver", "role", "summary"};
    for (size_t i = 0; i < 3; i++)
        text_list_add(board->arena, &names, common[i]);
    for (const struct node *child = device->node->first; child != NULL; child = child->next) {
        if (text_list_has(&names, child->key))
            continue;
        struct diagnostic *error =
            diagnostic_error(board->diagnostics, child->key_at, "%s: %s has no such property",
                             node_path(board->arena, child), device->driver->name);
        suggest(board->diagnostics, error, child->key, &names);
    }
}

static void read_role(struct board *board, struct device *device)
{
    struct node *node = device->role_node = node_get(device->node, "role");
    const struct class_info *class_info =
        class_find(board->catalog->classes, device->driver->provides);
    if (node == NULL || class_info == NULL)
        return;
    const char *role = NULL;
    if (node->kind != NODE_SCALAR || !text_list_has(&class_info->roles, node->text)) {
        struct diagnostic *error =
            node_error(board->diagnostics, node, "%s is no role for a device of class %s",
                       node_text(node), class_info->name);
        diagnostic_fix(board->diagnostics, error, "its roles: %s",
                       text_list_join(board->arena, &class_info->roles));
        return;
    }
    role = node->text;
    for (const struct device *other = board->devices; other != device; other = other->next) {
        if (other->role == NULL || strcmp(other->role, role) != 0)
            continue;
        struct diagnostic *error = node_error(board->diagnostics, node, "%s is taken", role);
        diagnostic_note(board->diagnostics, error, other->role_node->at, "%s has this role",
                        other->name);
        diagnostic_fix(board->diagnostics, error, "give it to one of the two: `%s: { role: null }`",
                       other->name);
    }
    device->role = role;
}

static void device_read(struct board *board, struct node *node)
{
    struct device *device = arena_alloc(board->arena, sizeof(*device));
    if (!name_check(board->diagnostics, node, NAME_THING) ||
        !map_check(board->diagnostics, node, NULL, 0))
        return;
    device->name = node->key;
    device->at = node->key_at;
    device->node = node;
    struct device **end = &board->devices;
    while (*end != NULL)
        end = &(*end)->next;
    *end = device;
    read_driver(board, device);
    const struct node *summary = node_get(node, "summary");
    if (summary != NULL)
        scalar_text(board->diagnostics, summary, &device->summary);
    if (device->driver == NULL)
        return;
    check_keys(board, device);
    read_role(board, device);
    device->settings = settings_read(board, device->driver->properties, node);
}

void devices_read(struct board *board, const struct node *section)
{
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    for (struct node *node = section->first; node != NULL; node = node->next)
        device_read(board, node);
    for (struct device *device = board->devices; device != NULL; device = device->next) {
        settings_wire(board, device->settings);
        settings_require(board, device->settings, device->node);
    }
}
