/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Services in the image: which are, that no two have one device to themselves, and the order of
 * start, in which each comes after what it needs. That what it uses is in the image, too, is the
 * menu's work: a service's symbol depends on its devices' drivers and selects what it needs.
 */
#include "interface.h"
#include "resource.h"
#include <string.h>

enum { UNSEEN, SEEN }; /* service->mark while ordering */

/* One service's use of one device. */
struct use {
    struct service *service;
    const struct setting *setting;
    struct device *device;
    struct use *next;
};

struct collecting {
    struct board *board;
    struct service *service;
    struct use *uses, **end;
};

void services_enable(struct board *board)
{
    for (struct service *one = board->services; one != NULL; one = one->next) {
        const char *symbol =
            arena_printf(board->arena, "SERVICE_%s", symbol_name(board->arena, one->name));
        one->enabled = one->possible && strcmp(board_config(board, symbol), "y") == 0;
    }
}

static void collect_use(const struct setting *setting, struct device *device, void *context)
{
    struct collecting *collecting = context;
    struct use *use = arena_alloc(collecting->board->arena, sizeof(*use));
    *use = (struct use){.service = collecting->service, .setting = setting, .device = device};
    *collecting->end = use;
    collecting->end = &use->next;
}

static void check_exclusive(struct board *board, const struct use *one, const struct use *other)
{
    const struct class_info *class_info =
        class_find(board->catalog->classes, one->device->driver->provides);
    if (one->service == other->service || class_info == NULL || class_info->shared)
        return;
    if (position_is_later(board->layered, one->setting->at, other->setting->at)) {
        const struct use *earlier = other;
        other = one;
        one = earlier;
    }
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, other->setting->at,
                         "services.%s.%s: %s belongs to service %s", other->service->name,
                         other->setting->property->name, other->device->name, one->service->name);
    diagnostic_note(board->diagnostics, error, one->setting->at, "given to %s here",
                    one->service->name);
    struct text_list names = devices_of_class(board, class_info->name);
    diagnostic_fix(board->diagnostics, error, "choose another; devices of class %s: %s",
                   class_info->name, text_list_join(board->arena, &names));
}

static void check_uses(struct board *board)
{
    struct collecting collecting = {.board = board};
    collecting.end = &collecting.uses;
    for (struct service *one = board->services; one != NULL; one = one->next) {
        collecting.service = one;
        if (one->enabled)
            settings_visit_devices(one->settings, collect_use, &collecting);
    }
    for (const struct use *use = collecting.uses; use != NULL; use = use->next) {
        reason_add(board->arena, &use->device->users, use->setting->at, "service %s",
                   use->service->name);
        for (const struct use *other = use->next; other != NULL; other = other->next)
            if (other->device == use->device)
                check_exclusive(board, use, other);
    }
}

struct ordering {
    struct service **all; /* the links of the list change meanwhile */
    size_t count;
    struct service **end; /* of the ordered list */
};

static struct service *find(const struct ordering *ordering, const char *name)
{
    for (size_t i = 0; i < ordering->count; i++)
        if (strcmp(ordering->all[i]->name, name) == 0)
            return ordering->all[i];
    return NULL;
}

static void order_service(struct ordering *ordering, struct service *service)
{
    const struct binding *interface = service->interface;
    service->mark = SEEN; /* needs have no cycle: the catalog saw to it */
    for (size_t i = 0; i < interface->needs.count; i++) {
        struct service *need = find(ordering, interface->needs.items[i]);
        if (need != NULL && need->mark == UNSEEN)
            order_service(ordering, need);
    }
    *ordering->end = service;
    ordering->end = &service->next;
}

static void order_services(struct board *board)
{
    struct ordering ordering = {0};
    for (struct service *one = board->services; one != NULL; one = one->next)
        ordering.count++;
    ordering.all = arena_alloc(board->arena, (ordering.count + 1) * sizeof(struct service *));
    size_t count = 0;
    for (struct service *one = board->services; one != NULL; one = one->next)
        ordering.all[count++] = one;
    struct service *first = NULL;
    ordering.end = &first;
    for (size_t i = 0; i < count; i++)
        if (ordering.all[i]->mark == UNSEEN)
            order_service(&ordering, ordering.all[i]);
    *ordering.end = NULL;
    board->services = first;
}

/* What is kept of a preempted task lies on its stack, which is not the service's affair. */
static void add_preemption(const struct board *board)
{
    if (strcmp(board_config(board, "PREEMPTION"), "y") != 0)
        return;
    uint64_t page = board->arch.page;
    for (struct service *one = board->services; one != NULL; one = one->next)
        if (one->stack <= UINT64_MAX - board->arch.preemption - page)
            one->stack = (one->stack + board->arch.preemption + page - 1) / page * page;
}

/* A service's core must be one that the kernel runs on. */
static void check_core(struct board *board, const struct service *service)
{
    if (!service->enabled || service->core < board_cores(board))
        return;
    struct diagnostic *error =
        diagnostic_error(board->diagnostics, service->core_at,
                         "services.%s.core: %u is not a core that the kernel "
                         "runs on (0 to %u)",
                         service->name, service->core, board_cores(board) - 1);
    diagnostic_fix(board->diagnostics, error, "set it: `config: { CORES: %u }`", service->core + 1);
}

void services_resolve(struct board *board)
{
    for (const struct service *one = board->services; one != NULL; one = one->next)
        check_core(board, one);
    for (struct service *one = board->services; one != NULL; one = one->next) {
        if (one->enabled && !one->asked)
            reason_add(board->arena, &one->reasons, (struct position){0}, "it is switched on");
    }
    add_preemption(board);
    check_uses(board);
    order_services(board);
}

static void print_service(const struct service *service, struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "name", service->name);
    if (json->positions)
        json_text(json, "summary", service->interface->summary);
    json_text(json, "uuid", service->interface->uuid);
    json_number(json, "stack", service->stack);
    json_number(json, "priority", service->priority);
    json_number(json, "core", service->core);
    json_number(json, "memory", service->memory);
    json_open_object(json, "restart");
    json_number(json, "delay", service->restart.delay);
    json_number(json, "limit", service->restart.limit);
    json_close_object(json);
    json_number(json, "limit", service->limit);
    if (json->positions) {
        json_open_array(json, "why");
        for (const struct reason *one = service->reasons; one != NULL; one = one->next)
            json_text(json, NULL, one->text);
        json_close_array(json);
    }
    settings_print(json, service->settings);
    interface_print(service->interface->calls, "interface", json);
    json_position(json, service->at);
    json_close_object(json);
}

void services_print(const struct board *board, struct json *json)
{
    json_open_array(json, "services");
    for (const struct service *one = board->services; one != NULL; one = one->next)
        if (one->enabled)
            print_service(one, json);
    json_close_array(json);
}

const struct resource service_resource = {.key = "services",
                                          .read = services_read,
                                          .enable = services_enable,
                                          .resolve = services_resolve,
                                          .print = services_print};
