/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Services: which are asked for, which this board could have and what each is wired to. A service
 * is asked for if the board lists it or one that is asked for needs it. What a required reference
 * to a device leaves open is chosen where just one free device fits.
 *
 * service->obstacle is set, once, where a service is impossible; whoever asks for it anyway has it
 * reported with the place.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

struct service *board_service(const struct board *board, const char *name)
{
    struct service *service = board->services;
    while (service != NULL && strcmp(service->name, name) != 0)
        service = service->next;
    return service;
}

/* Says why a service is impossible, the first time, and what to do about it; NULL: nothing. */
static void set_obstacle(const struct board *board, struct service *service, const char *obstacle,
                         const char *remedy)
{
    if (service->obstacle != NULL)
        return;
    service->obstacle = obstacle;
    service->remedy =
        remedy != NULL
            ? remedy
            : arena_printf(board->arena, "take it out: `services: { %s: null }`", service->name);
}

static void check_keys(struct board *board, const struct service *service)
{
    struct text_list names = {0};
    const struct property *property = service->interface->properties;
    for (; property != NULL; property = property->next)
        text_list_add(board->arena, &names, property->name);
    text_list_add(board->arena, &names, "stack");
    text_list_add(board->arena, &names, "priority");
    text_list_add(board->arena, &names, "memory");
    text_list_add(board->arena, &names, "restart");
    text_list_add(board->arena, &names, "limit");
    text_list_add(board->arena, &names, "core");
    for (const struct node *child = service->node->first; child != NULL; child = child->next) {
        if (text_list_has(&names, child->key))
            continue;
        struct diagnostic *error =
            diagnostic_error(board->diagnostics, child->key_at, "%s: %s has no such property",
                             node_path(board->arena, child), service->name);
        suggest(board->diagnostics, error, child->key, &names);
    }
}

static void read_core(struct board *board, struct service *service)
{
    const struct node *core = node_get(service->node, "core");
    uint64_t number = 0;
    if (core == NULL || !scalar_number(board->diagnostics, core, 0, UINT8_MAX, &number))
        return;
    if (number >= board->cpu.cores) {
        struct diagnostic *error = diagnostic_error(board->diagnostics, core->at,
                                                    "services.%s.core: %s is not a core of "
                                                    "this board, which has %u",
                                                    service->name, core->text, board->cpu.cores);
        diagnostic_note(board->diagnostics, error, board->cpu.cores_at,
                        "as `cpu: { cores: %u }` says", board->cpu.cores);
        if (board->cpu.cores == 1)
            diagnostic_fix(board->diagnostics, error, "remove the line");
        else
            diagnostic_fix(board->diagnostics, error, "choose one from 0 to %u",
                           board->cpu.cores - 1);
        return;
    }
    service->core = (unsigned)number;
    service->core_at = core->at;
}

/* Stack, priority, core, memory, restart and limit, which every service has. The stack is rounded
 * up to whole pages. */
static void read_common(struct board *board, struct service *service)
{
    const struct node *stack = node_get(service->node, "stack");
    const struct node *priority = node_get(service->node, "priority");
    const struct node *memory = node_get(service->node, "memory");
    const struct node *limit = node_get(service->node, "limit");
    uint64_t number = 0;
    service->stack = service->interface->stack;
    service->priority = service->interface->priority;
    service->memory = service->interface->memory;
    service->limit = service->interface->limit;
    if (limit != NULL && scalar_time(board->diagnostics, limit, &number))
        service->limit = number;
    if (memory != NULL && scalar_size(board->diagnostics, memory, &number))
        service->memory = number;
    if (stack != NULL && scalar_size(board->diagnostics, stack, &number)) {
        service->stack = number;
        if (number == 0)
            node_error(board->diagnostics, stack, "a stack of no bytes");
    }
    if (priority != NULL && scalar_number(board->diagnostics, priority, 0, 15, &number))
        service->priority = (unsigned)number;
    read_core(board, service);
    service->restart = service->interface->restart;
    restart_read(board->diagnostics, node_get(service->node, "restart"), &service->restart);
    uint64_t page = board->arch.page;
    if (service->stack <= UINT64_MAX - page)
        service->stack = (service->stack + page - 1) / page * page;
}

static void check_platform(struct board *board, struct service *service)
{
    const struct binding *interface = service->interface;
    if (interface->arch.count > 0 && !text_list_has(&interface->arch, board->arch.name))
        set_obstacle(board, service,
                     arena_printf(board->arena, "it runs on: %s",
                                  text_list_join(board->arena, &interface->arch)),
                     NULL);
    for (size_t i = 0; i < interface->features.count; i++)
        if (!text_list_has(&board->cpu.features, interface->features.items[i]))
            set_obstacle(
                board, service,
                arena_printf(board->arena, "the CPU has no %s", interface->features.items[i]),
                NULL);
}

static void service_create(struct board *board, struct binding *interface,
                           const struct node *section, struct service ***end)
{
    struct service *service = arena_alloc(board->arena, sizeof(*service));
    service->name = interface->name;
    service->interface = interface;
    service->at = interface->at;
    service->node = node_get(section, interface->name);
    if (service->node != NULL) {
        service->listed = service->asked = true;
        service->at = service->node->key_at;
        reason_add(board->arena, &service->reasons, service->at, "the board lists it");
        if (map_check(board->diagnostics, service->node, NULL, 0))
            check_keys(board, service);
    }
    read_common(board, service);
    check_platform(board, service);
    service->settings = settings_read(board, interface->properties, service->node);
    settings_wire(board, service->settings);
    **end = service;
    *end = &service->next;
}

static void check_listed(struct board *board, const struct node *section)
{
    struct text_list names = binding_names(board->arena, board->catalog->services);
    for (const struct node *node = section->first; node != NULL; node = node->next) {
        if (text_list_has(&names, node->key))
            continue;
        struct diagnostic *error = diagnostic_error(
            board->diagnostics, node->key_at, "services.%s: there is no such service", node->key);
        suggest(board->diagnostics, error, node->key, &names);
    }
}

/* Follows `needs:` from what is asked for. */
static void ask(struct board *board, const struct service *service)
{
    const struct binding *interface = service->interface;
    for (size_t i = 0; i < interface->needs.count; i++) {
        struct service *need = board_service(board, interface->needs.items[i]);
        if (need == NULL)
            continue; /* the catalog said so */
        bool before = need->asked;
        need->asked = true;
        reason_add(board->arena, &need->reasons, interface->needs_at[i], "service %s needs it",
                   service->name);
        if (!before)
            ask(board, need);
    }
}

/* Agents run on the service cells: to have some is to list it. */
static void ask_for_agents(struct board *board)
{
    struct service *cells = board_service(board, "cells");
    if (board->agents == NULL)
        return;
    if (cells == NULL) {
        diagnostic_error(board->diagnostics, board->agents->at,
                         "agents.%s: there is no service cells to run it", board->agents->name);
        return;
    }
    if (!cells->listed)
        cells->at = board->agents->at;
    cells->listed = cells->asked = true;
    for (const struct agent *one = board->agents; one != NULL; one = one->next)
        reason_add(board->arena, &cells->reasons, one->at, "agent %s runs on it", one->name);
}

struct using
{
    const struct device *device;
    bool found;
};

static void note_use(const struct setting *setting, struct device *device, void *context)
{
    struct using *using = context;
    (void)setting;
    if (device == using->device)
        using->found = true;
}

/* True if a service that is asked for has the device for itself. */
static bool is_taken(const struct board *board, const struct device *device,
                     const struct service *except)
{
    const struct class_info *class_info =
        class_find(board->catalog->classes, device->driver->provides);
    if (class_info == NULL || class_info->shared)
        return false;
    struct using using = {.device = device};
    for (const struct service *one = board->services; one != NULL; one = one->next)
        if (one != except && one->asked)
            settings_visit_devices(one->settings, note_use, &using);
    return using.found;
}

/* Chooses the device for a reference that the board leaves open, or says what is in the way. */
static void choose_device(struct board *board, struct service *service, struct setting *setting)
{
    const char *class_name = setting->property->class_name;
    struct text_list all = devices_of_class(board, class_name), free = {0};
    for (size_t i = 0; i < all.count; i++) {
        const struct device *device = board_device(board, all.items[i]);
        if (device->runs && !is_taken(board, device, service))
            text_list_add(board->arena, &free, device->name);
    }
    if (free.count == 1) {
        setting->origin = SETTING_AUTOMATIC;
        setting->at = service->at;
        setting->value.at = service->at;
        setting->value.text = free.items[0];
        setting->value.device = board_device(board, free.items[0]);
        return;
    }
    const char *state = free.count > 0 ? "free" : all.count > 0 ? "all in use" : "there is none";
    const char *names = text_list_join(board->arena, free.count > 0 ? &free : &all);
    set_obstacle(board, service,
                 arena_printf(board->arena, "`%s:` wants a device of class %s; %s%s%s",
                              setting->property->name, class_name, state, all.count > 0 ? ": " : "",
                              all.count > 0 ? names : ""),
                 free.count == 0
                     ? NULL
                     : arena_printf(board->arena, "name one: `services: { %s: { %s: %s } }`",
                                    service->name, setting->property->name, free.items[0]));
}

static void complete(struct board *board, struct service *service)
{
    for (struct setting *one = service->settings; one != NULL; one = one->next) {
        if (one->origin != SETTING_ABSENT || !one->property->required)
            continue;
        if (one->property->type == TYPE_DEVICE)
            choose_device(board, service, one);
        else
            set_obstacle(board, service,
                         arena_printf(board->arena, "`%s:` (%s) must be given", one->property->name,
                                      one->property->summary),
                         arena_printf(board->arena, "add `%s:` under services.%s",
                                      one->property->name, service->name));
    }
}

/* A service is impossible, too, if one that it needs is. Repeated until nothing changes. */
static void spread_obstacles(struct board *board)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (struct service *one = board->services; one != NULL; one = one->next) {
            for (size_t i = 0; i < one->interface->needs.count && one->obstacle == NULL; i++) {
                const char *name = one->interface->needs.items[i];
                const struct service *need = board_service(board, name);
                if (need == NULL || need->obstacle != NULL) {
                    set_obstacle(
                        board, one,
                        arena_printf(board->arena, "it needs %s, which is impossible here", name),
                        NULL);
                    changed = true;
                }
            }
        }
    }
}

static void report_obstacle(struct board *board, const struct service *service)
{
    struct position at = service->listed ? service->at : service->reasons->at;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, at, "services.%s: this board cannot have it: %s",
                         service->name, service->obstacle);
    for (const struct reason *one = service->reasons; one != NULL; one = one->next)
        if (strcmp(one->text, "the board lists it") != 0)
            diagnostic_note(board->diagnostics, error, one->at, "%s", one->text);
    diagnostic_fix(board->diagnostics, error, "%s", service->remedy);
}

void services_read(struct board *board, const struct node *section)
{
    if (section != NULL && map_check(board->diagnostics, section, NULL, 0))
        check_listed(board, section);
    struct service **end = &board->services;
    for (struct binding *one = board->catalog->services; one != NULL; one = one->next)
        service_create(board, one, section, &end);
    ask_for_agents(board);
    for (struct service *one = board->services; one != NULL; one = one->next)
        if (one->listed)
            ask(board, one);
    /* What is asked for chooses first. */
    for (struct service *one = board->services; one != NULL; one = one->next)
        if (one->asked)
            complete(board, one);
    for (struct service *one = board->services; one != NULL; one = one->next)
        if (!one->asked)
            complete(board, one);
    spread_obstacles(board);
    for (struct service *one = board->services; one != NULL; one = one->next) {
        one->possible = one->obstacle == NULL;
        if (one->asked && !one->possible)
            report_obstacle(board, one);
    }
}
