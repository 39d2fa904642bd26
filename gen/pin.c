/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pins: who claims each pin of each controller. A property of type pin, or a list of them, names
 * pins of its own device where that is of class pins, else of the device that its property of that
 * class names. What it claims is one of three things (pin_claim_names): the pin's function and its
 * pull, which a controller gives, and its use by a device. Each can be claimed once only; a pin
 * that a device uses has a function.
 */
#include "resource.h"
#include <inttypes.h>
#include <string.h>

/* The controller of the pins that a device's properties name; NULL if there is none. */
static struct device *find_controller(struct device *device)
{
    if (strcmp(device->driver->provides, "pins") == 0)
        return device;
    for (const struct setting *one = device->settings; one != NULL; one = one->next)
        if (one->property->type == TYPE_DEVICE && one->value.device != NULL &&
            strcmp(one->property->class_name, "pins") == 0)
            return one->value.device;
    return NULL;
}

/* How many pins a controller has; UINT64_MAX if it does not say. */
static uint64_t pin_count(const struct device *controller)
{
    const struct setting *pins = setting_find(controller->settings, "pins");
    bool known = pins != NULL && (pins->origin == SETTING_GIVEN || pins->origin == SETTING_DEFAULT);
    return known ? pins->value.number : UINT64_MAX;
}

/* Whether `one` stands before `other`: by controller, number, what is claimed, and in the order of
 * the files. */
static bool is_before(const struct board *board, const struct pin_claim *one,
                      const struct pin_claim *other)
{
    int order = strcmp(one->controller->name, other->controller->name);
    if (order != 0)
        return order < 0;
    if (one->value->number != other->value->number)
        return one->value->number < other->value->number;
    if (one->setting->property->claims != other->setting->property->claims)
        return one->setting->property->claims < other->setting->property->claims;
    return position_is_later(board->layered, other->value->at, one->value->at);
}

static const char *claim_path(struct board *board, const struct pin_claim *claim)
{
    return arena_printf(board->arena, "devices.%s.%s", claim->device->name,
                        claim->setting->property->name);
}

/* Reports a pin that its controller does not have; true where it has it. */
static bool check_number(struct board *board, const struct pin_claim *claim)
{
    uint64_t count = pin_count(claim->controller);
    if (claim->value->number < count)
        return true;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, claim->value->at,
        "%s: %" PRIu64 " is not a pin of %s (0 to %" PRIu64 ")", claim_path(board, claim),
        claim->value->number, claim->controller->name, count - 1);
    diagnostic_fix(board->diagnostics, error,
                   "remove it, or choose a free one: `make TARGET=%s explain KEY=pins`",
                   board->name);
    return false;
}

static void add_claim(struct board *board, struct device *controller, struct device *device,
                      const struct setting *setting, const struct value *value)
{
    struct pin_claim *claim = arena_alloc(board->arena, sizeof(*claim));
    *claim = (struct pin_claim){
        .controller = controller, .device = device, .setting = setting, .value = value};
    if (!check_number(board, claim) || setting->property->claims == PIN_CLAIMS_NOTHING)
        return;
    struct pin_claim **link = &board->pins;
    while (*link != NULL && !is_before(board, claim, *link))
        link = &(*link)->next;
    claim->next = *link;
    *link = claim;
}

static void collect(struct board *board, struct device *device)
{
    struct device *controller = find_controller(device);
    for (const struct setting *one = device->settings; one != NULL; one = one->next) {
        bool list = one->property->type == TYPE_LIST;
        if ((list ? one->property->of : one->property->type) != TYPE_PIN ||
            one->origin == SETTING_ABSENT || one->origin == SETTING_INVALID)
            continue;
        size_t count = list ? one->value.item_count : 1;
        if (controller == NULL && count > 0) {
            struct diagnostic *error = diagnostic_error(board->diagnostics, one->at,
                                                        "devices.%s.%s: names pins, but not whose",
                                                        device->name, one->property->name);
            struct text_list names = devices_of_class(board, "pins");
            diagnostic_fix(board->diagnostics, error, "name their device; of class pins: %s",
                           names.count == 0 ? "none" : text_list_join(board->arena, &names));
        }
        for (size_t i = 0; controller != NULL && i < count; i++)
            add_claim(board, controller, device, one, list ? &one->value.items[i] : &one->value);
    }
}

static bool same_pin(const struct pin_claim *one, const struct pin_claim *other)
{
    return one->controller == other->controller && one->value->number == other->value->number;
}

static void report_clash(struct board *board, const struct pin_claim *one,
                         const struct pin_claim *other)
{
    const char *what = pin_claim_names[one->setting->property->claims];
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, other->value->at, "%s: the %s of pin %" PRIu64 " of %s is claimed",
        claim_path(board, other), what, other->value->number, other->controller->name);
    diagnostic_note(board->diagnostics, error, one->value->at, "by %s, here",
                    claim_path(board, one));
    diagnostic_fix(board->diagnostics, error,
                   "remove one of the two, or choose a free pin: `make TARGET=%s explain KEY=pins`",
                   board->name);
}

/* `claim` uses a pin: reports one that `function`, the pin's first claim, gives none. */
static void check_function(struct board *board, const struct pin_claim *function,
                           const struct pin_claim *claim)
{
    if (function->setting->property->claims == PIN_CLAIMS_FUNCTION)
        return;
    struct text_list lists = {0};
    const struct device *controller = claim->controller;
    for (const struct setting *one = controller->settings; one != NULL; one = one->next)
        if (one->property->claims == PIN_CLAIMS_FUNCTION)
            text_list_add(board->arena, &lists, one->property->name);
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, claim->value->at, "%s: %s gives pin %" PRIu64 " no function",
        claim_path(board, claim), controller->name, claim->value->number);
    diagnostic_note(board->diagnostics, error, controller->at, "%s, driver %s", controller->name,
                    controller->driver->name);
    diagnostic_fix(board->diagnostics, error, "add it to one of the lists of %s: %s",
                   controller->name, text_list_join(board->arena, &lists));
}

static void pins_resolve(struct board *board)
{
    for (struct device *device = board->devices; device != NULL; device = device->next)
        if (device->enabled)
            collect(board, device);
    const struct pin_claim *first = board->pins; /* of the pin */
    for (const struct pin_claim *one = first; one != NULL; one = one->next) {
        const struct pin_claim *next = one->next;
        if (!same_pin(first, one))
            first = one;
        if (one->setting->property->claims == PIN_CLAIMS_USE)
            check_function(board, first, one);
        if (next != NULL && same_pin(one, next) &&
            one->setting->property->claims == next->setting->property->claims)
            report_clash(board, one, next);
    }
}

static void pins_print(const struct board *board, struct json *json)
{
    json_open_array(json, "pins");
    for (const struct pin_claim *one = board->pins; one != NULL; one = one->next) {
        json_open_object(json, NULL);
        json_text(json, "controller", one->controller->name);
        json_number(json, "number", one->value->number);
        json_text(json, "claims", pin_claim_names[one->setting->property->claims]);
        json_text(json, "device", one->device->name);
        json_text(json, "property", one->setting->property->name);
        json_position(json, one->value->at);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource pin_resource = {.resolve = pins_resolve, .print = pins_print};
