/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The sources that make up the image: whole folders, one for each part that is in it.
 */
#include "resource.h"
#include <string.h>

static void print_folder(const struct board *board, struct json *json, const char *folder,
                         const char *layer, const char *part)
{
    static const char *const suffixes[] = {".S", ".c"};
    struct text_list files = {0};
    for (size_t i = 0; i < 2; i++) {
        struct text_list names = folder_names(board->arena, folder, suffixes[i]);
        for (size_t j = 0; j < names.count; j++)
            text_list_add(
                board->arena, &files,
                arena_printf(board->arena, "%s/%s%s", folder, names.items[j], suffixes[i]));
    }
    text_list_sort(&files);
    for (size_t i = 0; i < files.count; i++) {
        json_open_object(json, NULL);
        json_text(json, "file", files.items[i]);
        json_text(json, "layer", layer);
        json_text(json, "part", part);
        json_close_object(json);
    }
}

static bool driver_is_in(const struct board *board, const struct binding *driver)
{
    const struct device *device = board->devices;
    while (device != NULL && (!device->enabled || device->driver != driver))
        device = device->next;
    return device != NULL;
}

static bool service_is_in(const struct board *board, const struct binding *interface)
{
    const struct service *service = board_service(board, interface->name);
    return service != NULL && service->enabled;
}

/* What the services in the image name, each once, sorted. */
static struct text_list named(const struct board *board,
                              struct text_list (*list)(const struct binding *interface))
{
    struct text_list names = {0};
    for (const struct binding *one = board->catalog->services; one != NULL; one = one->next) {
        struct text_list more = list(one);
        for (size_t i = 0; service_is_in(board, one) && i < more.count; i++)
            if (!text_list_has(&names, more.items[i]))
                text_list_add(board->arena, &names, more.items[i]);
    }
    text_list_sort(&names);
    return names;
}

static struct text_list parts_of(const struct binding *interface)
{
    return interface->parts;
}

static struct text_list libraries_of(const struct binding *interface)
{
    return interface->libraries;
}

static void source_print(const struct board *board, struct json *json)
{
    struct arena *arena = board->arena;
    json_open_array(json, "sources");
    print_folder(board, json, "kernel", "kernel", "kernel");
    print_folder(board, json, arena_printf(arena, "%s/%s", ARCH_FOLDER, board->arch.name), "arch",
                 board->arch.name);
    print_folder(board, json, arena_printf(arena, "%s/%s", SOC_FOLDER, board->layered->soc), "soc",
                 board->layered->soc);
    for (const struct binding *one = board->catalog->drivers; one != NULL; one = one->next)
        if (driver_is_in(board, one))
            print_folder(board, json, one->folder, "drivers", one->name);
    for (const struct binding *one = board->catalog->services; one != NULL; one = one->next)
        if (service_is_in(board, one))
            print_folder(board, json, one->folder, "services", one->name);
    struct text_list parts = named(board, parts_of), libraries = named(board, libraries_of);
    for (size_t i = 0; i < parts.count; i++)
        print_folder(board, json, arena_printf(arena, "%s/%s", SERVICE_FOLDER, parts.items[i]),
                     "services", parts.items[i]);
    json_close_array(json);
    json_open_array(json, "libraries");
    if (board->image.code != NULL)
        json_text(json, NULL, "picolibc");
    for (size_t i = 0; i < libraries.count; i++)
        json_text(json, NULL, libraries.items[i]);
    json_close_array(json);
}

const struct resource source_resource = {.print = source_print};
