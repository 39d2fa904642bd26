/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `explain`: where a value comes from, layer by layer, and who uses it.
 */
#include "explain.h"
#include "command.h"
#include "kconfig_explain.h"
#include "scalar.h"
#include <stdio.h>
#include <string.h>

/* What each section is for, where no single device or service is its user. */
static const struct {
    const char *section, *user;
} section_users[] = {
    {"summary", "the board's table and its documentation"},
    {"arch", "everything of platforms/arch/, and the compiler"},
    {"cpu", "the compiler's flags, and which drivers can run"},
    {"memory", "the linker script and the memory table"},
    {"image", "the linker script and the image that is booted"},
    {"storage", "the partitions"},
    {"partitions", "the partition table"},
    {"qemu", "make run and make debug"},
    {"devices", "the device's row of the board table"},
    {"services", "the service's row of the board table"},
};

/* Where a value was set, or its parts, and what it replaced. */
static void print_history(const struct node *node)
{
    if (node->kind != NODE_MAP)
        explain_line("set in", node->at, "%s", node_text(node));
    else
        for (const struct node *child = node->first; child != NULL; child = child->next)
            explain_line(child->key, child->at, "%s", node_text(child));
    for (const struct node *old = node->overridden; old != NULL; old = old->overridden)
        explain_line("overrides", old->at, "%s", node_text(old));
}

/* The setting that a path such as devices.uart0.irq names, or NULL. */
static const struct setting *find_setting(const struct board *board, const char *key)
{
    size_t section = strcspn(key, ".");
    bool devices = strncmp(key, "devices.", 8) == 0;
    if (!devices && strncmp(key, "services.", 9) != 0)
        return NULL;
    const char *name = key + section + 1;
    size_t length = strcspn(name, ".");
    if (name[length] == '\0')
        return NULL;
    const char *owner = arena_printf(board->arena, "%.*s", (int)length, name);
    const char *property = name + length + 1;
    property = arena_printf(board->arena, "%.*s", (int)strcspn(property, "."), property);
    const struct device *device = devices ? board_device(board, owner) : NULL;
    const struct service *service = devices ? NULL : board_service(board, owner);
    if (device != NULL)
        return setting_find(device->settings, property);
    return service == NULL ? NULL : setting_find(service->settings, property);
}

static void print_users(const struct board *board, const char *key, const struct setting *setting)
{
    struct position nowhere = {0};
    if (setting == NULL) {
        for (size_t i = 0; i < sizeof(section_users) / sizeof(section_users[0]); i++) {
            size_t length = strlen(section_users[i].section);
            if (strncmp(key, section_users[i].section, length) == 0 &&
                (key[length] == '.' || key[length] == '\0'))
                explain_line("used by", nowhere, "%s", section_users[i].user);
        }
        return;
    }
    const struct property *property = setting->property;
    explain_line("meaning", property->at, "%s (%s)", property->summary,
                 property_type_names[property->type]);
    const char *name = strchr(key, '.') + 1;
    const char *owner = arena_printf(board->arena, "%.*s", (int)strcspn(name, "."), name);
    const struct device *device =
        strncmp(key, "devices.", 8) == 0 ? board_device(board, owner) : NULL;
    if (device != NULL)
        explain_line("used by", device->driver->at, "driver %s%s", device->driver->name,
                     device->enabled ? "" : ", which is not in the image");
    else
        explain_line("used by", board_service(board, owner)->interface->at, "service %s%s", owner,
                     board_service(board, owner)->enabled ? "" : ", which is not in the image");
    for (const struct interrupt_route *one = board->routes; one != NULL; one = one->next)
        if (one->setting == setting && board->controller != NULL)
            explain_line("used by", board->controller->at, "%s, which routes it",
                         board->controller->name);
}

static bool explain_value(const struct board *board, const char *key)
{
    struct node *node = node_find(board->layered->root, key);
    const struct setting *setting = find_setting(board, key);
    /* devices.uart0.irq itself, or something within it: devices.uart0.irq.shared */
    bool whole = setting != NULL && strcmp(strrchr(key, '.') + 1, setting->property->name) == 0;
    if (node == NULL && !whole)
        return false;
    if (whole)
        printf("%s = %s\n", key, value_text(board->arena, setting));
    else
        printf("%s = %s\n", key, node_text(node));
    if (node == NULL && setting->origin == SETTING_DEFAULT)
        explain_line("set in", setting->at, "the default");
    else if (node == NULL && setting->origin == SETTING_AUTOMATIC)
        explain_line("set in", setting->at, "chosen: the only one that fits");
    else if (node != NULL)
        print_history(node);
    print_users(board, key, setting);
    return true;
}

static bool explain_deleted(const struct board *board, const char *key)
{
    for (const struct deletion *one = board->layered->deletions; one != NULL; one = one->next) {
        if (strcmp(one->path, key) != 0)
            continue;
        printf("%s is deleted\n", key);
        explain_line("deleted in", one->node->at, "null");
        for (const struct node *old = one->node->overridden; old != NULL; old = old->overridden)
            explain_line("was", old->at, "%s", node_text(old));
        return true;
    }
    return false;
}

/* Stack and priority, where the board leaves them as the interface file has them. */
static bool explain_common(const struct board *board, const char *key)
{
    for (const struct service *one = board->services; one != NULL; one = one->next) {
        bool stack = strcmp(key, arena_printf(board->arena, "services.%s.stack", one->name)) == 0;
        if (!stack &&
            strcmp(key, arena_printf(board->arena, "services.%s.priority", one->name)) != 0)
            continue;
        printf("%s = %s\n", key,
               stack ? size_text(board->arena, one->stack)
                     : arena_printf(board->arena, "%u", one->priority));
        explain_line("set in", one->interface->at, "the default");
        explain_line("used by", one->interface->at, "service %s", one->name);
        return true;
    }
    return false;
}

static void collect_keys(struct arena *arena, const struct node *node, struct text_list *keys)
{
    for (const struct node *child = node->first; child != NULL; child = child->next) {
        if (node->kind == NODE_MAP)
            text_list_add(arena, keys, node_path(arena, child));
        collect_keys(arena, child, keys);
    }
}

static int unknown_key(const struct board *board, const char *key)
{
    struct arena *arena = board->arena;
    struct text_list keys = {0};
    static const char *const tables[] = {"devices",    "interrupts", "memory",
                                         "partitions", "pins",       "services"};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        text_list_add(arena, &keys, tables[i]);
    collect_keys(arena, board->layered->root, &keys);
    for (const struct service *one = board->services; one != NULL; one = one->next) {
        text_list_add(arena, &keys, arena_printf(arena, "services.%s", one->name));
        text_list_add(arena, &keys, arena_printf(arena, "services.%s.stack", one->name));
        text_list_add(arena, &keys, arena_printf(arena, "services.%s.priority", one->name));
    }
    for (const struct device *one = board->devices; one != NULL; one = one->next)
        for (const struct setting *setting = one->settings; setting != NULL;
             setting = setting->next)
            text_list_add(arena, &keys,
                          arena_printf(arena, "devices.%s.%s", one->name, setting->property->name));
    const char *hint = nearest_hint(arena, key, &keys);
    return usage_error(
        "there is no KEY %s%s%s", key, hint,
        hint[0] != '\0'
            ? ""
            : "; try devices, interrupts, memory, partitions, pins, services or config.NAME");
}

static int explain(const struct session *session, const char *key)
{
    const struct board *board = &session->board;
    static const struct {
        const char *key;
        void (*explain)(const struct board *board);
    } tables[] = {{"devices", explain_devices}, {"interrupts", explain_interrupts},
                  {"memory", explain_memory},   {"partitions", explain_partitions},
                  {"pins", explain_pins},       {"services", explain_services}};
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (strcmp(tables[i].key, key) == 0) {
            tables[i].explain(board);
            return 0;
        }
    }
    if (strncmp(key, "config.", 7) == 0)
        return kconfig_explain(&session->kconfig, key + 7);
    const struct service *service =
        strncmp(key, "services.", 9) == 0 ? board_service(board, key + 9) : NULL;
    const struct device *device =
        strncmp(key, "devices.", 8) == 0 ? board_device(board, key + 8) : NULL;
    if (service != NULL)
        explain_service(board, service);
    else if (device != NULL)
        explain_device(board, device);
    else if (!explain_value(board, key) && !explain_deleted(board, key) &&
             !explain_common(board, key))
        return unknown_key(board, key);
    return 0;
}

int command_explain(const struct options *options)
{
    if (options->key == NULL || options->key[0] == '\0')
        return usage_error(
            "explain wants a KEY: devices, devices.uart0.irq, services.shell, config.LOG_LEVEL…");
    struct session session;
    int status = 1;
    session_open(&session, options);
    if (session_read(&session) &&
        kconfig_choose(&session.board, &session.inputs, options->build, &session.kconfig)) {
        board_resolve(&session.board);
        status = explain(&session, options->key);
        fflush(stdout);
    }
    return session_close(&session, status);
}
