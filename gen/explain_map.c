/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See explain.h: interrupt numbers, the memory map, the partitions and the pins.
 */
#include "explain.h"
#include "scalar.h"
#include <inttypes.h>
#include <stdio.h>

static void print_free(uint64_t first, uint64_t end)
{
    if (first + 1 == end)
        printf("%-6" PRIu64 " free\n", first);
    else if (first < end)
        printf("%" PRIu64 " to %" PRIu64 " free\n", first, end - 1);
}

void explain_interrupts(const struct board *board)
{
    if (board->controller == NULL) {
        puts("This image has no interrupt controller.");
        return;
    }
    printf("%s, driver %s: 0 to %" PRIu64 "\n", board->controller->name,
           board->controller->driver->name, board->interrupt_limit - 1);
    uint64_t next = 0;
    for (const struct interrupt_route *one = board->routes; one != NULL; one = one->next) {
        print_free(next, one->number);
        printf("%-6" PRIu64 " %s.%s, %s%s  %s:%u:%u\n", one->number, one->device->name,
               one->setting->property->name, one->value->edge ? "edge" : "level",
               one->value->shared ? ", shared" : "", one->value->at.file, one->value->at.line,
               one->value->at.column);
        next = one->number + 1;
    }
    print_free(next, board->interrupt_limit);
}

struct row {
    uint64_t base, size;
    const char *what;
    struct position at;
    struct row *next;
};

static void add_row(const struct board *board, struct row **rows, uint64_t base, uint64_t size,
                    const char *what, struct position at)
{
    struct row *row = arena_alloc(board->arena, sizeof(*row));
    *row = (struct row){base, size, what, at, NULL};
    while (*rows != NULL && (*rows)->base <= base)
        rows = &(*rows)->next;
    row->next = *rows;
    *rows = row;
}

static void add_windows(const struct board *board, struct row **rows, const struct device *device)
{
    for (const struct setting *one = device->settings; one != NULL; one = one->next) {
        bool list = one->property->type == TYPE_LIST;
        if (one->origin == SETTING_ABSENT || one->origin == SETTING_INVALID ||
            (list ? one->property->of : one->property->type) != TYPE_REGISTERS)
            continue;
        const struct value *values = list ? one->value.items : &one->value;
        for (size_t i = 0; i < (list ? one->value.item_count : 1); i++)
            add_row(board, rows, values[i].number, values[i].size,
                    arena_printf(board->arena, "%s.%s%s", device->name, one->property->name,
                                 device->enabled ? "" : " (not in the image)"),
                    values[i].at);
    }
}

void explain_memory(const struct board *board)
{
    static const char *const kinds[] = {"RAM", "flash", "reserved"};
    struct row *rows = NULL;
    for (const struct region *one = board->regions; one != NULL; one = one->next)
        add_row(board, &rows, one->base, one->size,
                arena_printf(board->arena, "memory.%s, %s", one->name, kinds[one->kind]), one->at);
    for (const struct device *one = board->devices; one != NULL; one = one->next)
        add_windows(board, &rows, one);
    for (; rows != NULL; rows = rows->next)
        printf("0x%08" PRIx64 " to 0x%08" PRIx64 " %8s  %-28s %s:%u:%u\n", rows->base,
               rows->base + rows->size - 1, size_text(board->arena, rows->size), rows->what,
               rows->at.file, rows->at.line, rows->at.column);
}

static void print_gap(struct arena *arena, uint64_t start, uint64_t end)
{
    if (start < end)
        printf("  %8s to %-8s %8s  free\n", size_text(arena, start), size_text(arena, end),
               size_text(arena, end - start));
}

void explain_partitions(const struct board *board)
{
    if (board->partitions == NULL)
        puts("This board has no partitions.");
    const struct partition *one = board->partitions;
    while (one != NULL) {
        const struct medium *medium = one->medium;
        uint64_t end = 0;
        printf("%s, %s of %s  %s:%u:%u\n", medium->name, medium->kind,
               size_text(board->arena, medium->size), medium->at.file, medium->at.line,
               medium->at.column);
        for (; one != NULL && one->medium == medium; one = one->next) {
            print_gap(board->arena, end, one->offset);
            end = one->offset + one->size;
            printf("  %8s to %-8s %8s  %-28s %s:%u:%u\n", size_text(board->arena, one->offset),
                   size_text(board->arena, end), size_text(board->arena, one->size),
                   arena_printf(board->arena, "partitions.%s, %s", one->name,
                                partition_kind_names[one->kind]),
                   one->at.file, one->at.line, one->at.column);
        }
        print_gap(board->arena, end, medium->size);
    }
}

void explain_pins(const struct board *board)
{
    if (board->pins == NULL)
        puts("No device of this image claims a pin.");
    const struct device *controller = NULL;
    for (const struct pin_claim *one = board->pins; one != NULL; one = one->next) {
        if (one->controller != controller)
            printf("%s, driver %s\n", one->controller->name, one->controller->driver->name);
        controller = one->controller;
        printf("%-6" PRIu64 " %-8s %s.%s  %s:%u:%u\n", one->value->number,
               pin_claim_names[one->setting->property->claims], one->device->name,
               one->setting->property->name, one->value->at.file, one->value->at.line,
               one->value->at.column);
    }
}
