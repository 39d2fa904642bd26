/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See explain.h: devices and services, all or one.
 */
#include "explain.h"
#include "scalar.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void explain_line(const char *label, struct position at, const char *format, ...)
{
    va_list arguments;
    printf("  %-11s", label);
    if (at.file != NULL && at.column > 0)
        printf("%s:%u:%u  ", at.file, at.line, at.column);
    else if (at.file != NULL)
        printf("%s:%u  ", at.file, at.line);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

static const char *one_value_text(struct arena *arena, enum property_type type,
                                  const struct value *value)
{
    switch (type) {
    case TYPE_BOOL:
        return value->number != 0 ? "true" : "false";
    case TYPE_TEXT:
    case TYPE_ENUM:
    case TYPE_DEVICE:
    case TYPE_PARTITION:
        return value->text;
    case TYPE_SIZE:
        return size_text(arena, value->number);
    case TYPE_TIME:
        return time_text(arena, value->number);
    case TYPE_ADDRESS:
        return arena_printf(arena, "0x%08" PRIx64, value->number);
    case TYPE_REGISTERS:
        return arena_printf(arena, "0x%08" PRIx64 " to 0x%08" PRIx64, value->number,
                            value->number + value->size - 1);
    case TYPE_INTERRUPT:
        return arena_printf(arena, "%" PRIu64 ", %s%s", value->number,
                            value->edge ? "edge" : "level", value->shared ? ", shared" : "");
    default:
        return arena_printf(arena, "%" PRIu64, value->number);
    }
}

const char *value_text(struct arena *arena, const struct setting *setting)
{
    const struct property *property = setting->property;
    if (setting->origin == SETTING_ABSENT)
        return "not given";
    if (setting->origin == SETTING_INVALID)
        return "not valid";
    if (property->type != TYPE_LIST)
        return one_value_text(arena, property->type, &setting->value);
    struct text_list texts = {0};
    for (size_t i = 0; i < setting->value.item_count; i++)
        text_list_add(arena, &texts, one_value_text(arena, property->of, &setting->value.items[i]));
    return text_list_join(arena, &texts);
}

static const char *origin_text(const struct setting *setting)
{
    static const char *const texts[] = {[SETTING_ABSENT] = "",
                                        [SETTING_DEFAULT] = "  (default)",
                                        [SETTING_GIVEN] = "",
                                        [SETTING_AUTOMATIC] = "  (the only one that fits)",
                                        [SETTING_INVALID] = ""};
    return texts[setting->origin];
}

static void print_settings(const struct board *board, const struct setting *settings)
{
    for (; settings != NULL; settings = settings->next)
        printf("  %-14s %-26s %s:%u%s\n", settings->property->name,
               value_text(board->arena, settings), settings->at.file, settings->at.line,
               origin_text(settings));
}

void explain_devices(const struct board *board)
{
    printf("%-16s %-20s %-21s %s\n", "DEVICE", "DRIVER", "CLASS", "USED BY");
    for (const struct device *one = board->devices; one != NULL; one = one->next) {
        struct text_list users = {0};
        for (const struct reason *user = one->users; user != NULL; user = user->next)
            text_list_add(board->arena, &users, user->text);
        const char *used = users.count == 0 ? "-" : text_list_join(board->arena, &users);
        printf("%-16s %-20s %-21s %s\n", one->name, one->driver == NULL ? "-" : one->driver->name,
               one->driver == NULL ? "-" : one->driver->provides,
               one->enabled ? used : "not in the image");
    }
}

void explain_device(const struct board *board, const struct device *device)
{
    printf("devices.%s\n", device->name);
    explain_line("described", device->at, "%s", device->summary == NULL ? "" : device->summary);
    if (device->driver == NULL) {
        explain_line("driver", (struct position){0}, "unknown");
        return;
    }
    explain_line("driver", device->driver_node->at, "%s: %s", device->driver->name,
                 device->driver->summary);
    explain_line("class", device->driver->at, "%s", device->driver->provides);
    if (!device->enabled)
        explain_line("not in the", (struct position){0}, "image: %s",
                     device->runs ? "its driver is off (explain KEY=config.DRIVER_…)"
                                  : "its driver does not run here");
    for (const struct reason *one = device->users; one != NULL; one = one->next)
        explain_line("used by", one->at, "%s", one->text);
    print_settings(board, device->settings);
}

static const char *service_state(const struct service *service)
{
    if (service->enabled)
        return "in the image";
    if (!service->possible)
        return "impossible";
    return service->asked ? "switched off" : "possible";
}

void explain_services(const struct board *board)
{
    printf("%-16s %-13s %s\n", "SERVICE", "STATE", "WHY");
    for (const struct service *one = board->services; one != NULL; one = one->next) {
        const char *why = one->reasons == NULL ? "nothing asks for it" : one->reasons->text;
        if (!one->possible)
            why = one->obstacle;
        printf("%-16s %-13s %s\n", one->name, service_state(one), why);
    }
}

void explain_service(const struct board *board, const struct service *service)
{
    const char *symbol = symbol_name(board->arena, service->name);
    struct position nowhere = {0};
    printf("services.%s: %s\n", service->name, service_state(service));
    explain_line("what", service->interface->at, "%s", service->interface->summary);
    for (const struct reason *one = service->reasons; one != NULL; one = one->next)
        explain_line("because", one->at, "%s", one->text);
    if (service->reasons == NULL)
        explain_line("because", nowhere, "nothing asks for it: no board file lists it");
    if (!service->possible)
        explain_line("missing", nowhere, "%s", service->obstacle);
    if (service->possible && !service->asked && !service->enabled)
        explain_line("to have it", nowhere,
                     "`services: { %s: {} }` in %s, or SERVICE_%s in menuconfig", service->name,
                     board->layered->board_file, symbol);
    if (service->possible && service->asked && !service->enabled)
        explain_line("to have it", nowhere, "SERVICE_%s is off: explain KEY=config.SERVICE_%s",
                     symbol, symbol);
    for (size_t i = 0; i < service->interface->needs.count; i++)
        explain_line("needs", service->interface->needs_at[i], "service %s",
                     service->interface->needs.items[i]);
    printf("  %-14s %s\n", "stack", size_text(board->arena, service->stack));
    printf("  %-14s %u\n", "priority", service->priority);
    if (service->core != 0)
        printf("  %-14s %u\n", "core", service->core);
    printf("  %-14s %s\n", "memory", size_text(board->arena, service->memory));
    if (service->restart.limit == 0)
        printf("  %-14s never\n", "restart");
    else
        printf("  %-14s on failure, first after %s, at most %u times in a row\n", "restart",
               time_text(board->arena, service->restart.delay), (unsigned)service->restart.limit);
    if (service->limit != 0)
        printf("  %-14s %s\n", "limit", time_text(board->arena, service->limit));
    print_settings(board, service->settings);
}
