/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Interrupts: which device each number belongs to. Two devices have one number only where both say
 * that they share it; then the trigger must be the same, too.
 */
#include "resource.h"
#include <inttypes.h>

static void add_route(struct board *board, struct device *device, const struct setting *setting,
                      const struct value *value)
{
    struct interrupt_route *route = arena_alloc(board->arena, sizeof(*route));
    *route = (struct interrupt_route){
        .number = value->number, .device = device, .setting = setting, .value = value};
    struct interrupt_route **link = &board->routes;
    while (*link != NULL && (*link)->number <= route->number)
        link = &(*link)->next;
    route->next = *link;
    *link = route;
}

static void collect(struct board *board, struct device *device)
{
    for (const struct setting *one = device->settings; one != NULL; one = one->next) {
        bool has = one->origin == SETTING_GIVEN || one->origin == SETTING_DEFAULT;
        if (has && one->property->type == TYPE_INTERRUPT)
            add_route(board, device, one, &one->value);
        if (has && one->property->type == TYPE_LIST && one->property->of == TYPE_INTERRUPT)
            for (size_t i = 0; i < one->value.item_count; i++)
                add_route(board, device, one, &one->value.items[i]);
    }
}

static const char *route_path(struct board *board, const struct interrupt_route *route)
{
    return arena_printf(board->arena, "devices.%s.%s", route->device->name,
                        route->setting->property->name);
}

static void note_overridden(struct board *board, struct diagnostic *error,
                            const struct interrupt_route *route)
{
    const struct node *node = route->setting->node;
    if (node != NULL && node->overridden != NULL)
        diagnostic_note(board->diagnostics, error, node->overridden->at, "overrides %s, set here",
                        node_text(node->overridden));
}

/* Reports a number that the controller does not have; true where there is a controller. */
static bool check_number(struct board *board, const struct interrupt_route *route)
{
    if (board->controller == NULL && board->diagnostics->error_count > 0)
        return false; /* what keeps it away was said */
    if (board->controller == NULL) {
        struct diagnostic *error =
            diagnostic_error(board->diagnostics, route->value->at,
                             "%s: the image has no interrupt controller", route_path(board, route));
        diagnostic_fix(board->diagnostics, error,
                       "add a device of class interrupt-controller, or switch its driver on");
        return false;
    }
    if (route->number < board->interrupt_limit || board->interrupt_limit == 0)
        return true;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, route->value->at,
        "%s: %" PRIu64 " is not an interrupt of this board's %s (0 to %" PRIu64 ")",
        route_path(board, route), route->number, board->controller->name,
        board->interrupt_limit - 1);
    note_overridden(board, error, route);
    diagnostic_fix(board->diagnostics, error,
                   "remove the line, or choose a free one: `make TARGET=%s explain KEY=interrupts`",
                   board->name);
    return true;
}

static void check_owners(struct board *board, const struct interrupt_route *one,
                         const struct interrupt_route *other)
{
    if (position_is_later(board->layered, one->value->at, other->value->at)) {
        const struct interrupt_route *earlier = other;
        other = one;
        one = earlier;
    }
    bool shared = one->value->shared && other->value->shared;
    if (shared && one->value->edge == other->value->edge)
        return;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, other->value->at,
        shared ? "%s: interrupt %" PRIu64 " is shared with %s, but triggered differently"
               : "%s: interrupt %" PRIu64 " belongs to %s",
        route_path(board, other), other->number, one->device->name);
    diagnostic_note(board->diagnostics, error, one->value->at, "given to %s here",
                    one->device->name);
    note_overridden(board, error, other);
    diagnostic_fix(board->diagnostics, error,
                   shared ? "give both the same `trigger:`"
                          : "choose another, or write both as { number: %" PRIu64
                            ", shared: true }",
                   other->number);
}

static void interrupts_resolve(struct board *board)
{
    for (struct device *device = board->devices; device != NULL; device = device->next)
        if (device->enabled)
            collect(board, device);
    if (board->controller != NULL) {
        const struct setting *lines = setting_find(board->controller->settings, "lines");
        if (lines != NULL && lines->origin != SETTING_INVALID)
            board->interrupt_limit = lines->value.number;
    }
    for (const struct interrupt_route *one = board->routes; one != NULL; one = one->next) {
        if (!check_number(board, one))
            continue;
        /* Neighbours suffice: where two of several differ, two neighbours do. */
        if (one->next != NULL && one->next->number == one->number)
            check_owners(board, one, one->next);
        if (one->device != board->controller)
            reason_add(board->arena, &board->controller->users, one->value->at, "interrupts of %s",
                       one->device->name);
    }
}

static void interrupts_print(const struct board *board, struct json *json)
{
    json_open_object(json, "interrupts");
    json_text(json, "controller", board->controller == NULL ? NULL : board->controller->name);
    json_number(json, "limit", board->interrupt_limit);
    json_open_array(json, "routes");
    for (const struct interrupt_route *one = board->routes; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_number(json, "number", one->number);
        json_text(json, "device", one->device->name);
        json_text(json, "property", one->setting->property->name);
        json_text(json, "trigger", one->value->edge ? "edge" : "level");
        json_position(json, one->value->at);
        json_close_object(json);
    }
    json_close_array(json);
    json_close_object(json);
}

const struct resource interrupt_resource = {.resolve = interrupts_resolve,
                                            .print = interrupts_print};
