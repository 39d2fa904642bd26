/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The memory map: a board's `memory:`, the devices' register windows, and that nothing of it
 * overlaps.
 */
#include "resource.h"
#include "scalar.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A piece of the address space and whose it is. */
struct span {
    uint64_t base, size;
    const char *owner; /* "memory.ram", "devices.uart0.registers" */
    struct position at;
};

static bool read_kind(struct board *board, const struct node *node, struct region *region)
{
    static const char *kinds[] = {
        [REGION_RAM] = "ram", [REGION_FLASH] = "flash", [REGION_RESERVED] = "reserved"};
    static const struct text_list names = {kinds, 3};
    const struct node *kind = node_get(node, "kind");
    const char *text = NULL;
    if (kind == NULL || !scalar_choice(board->diagnostics, kind, &names, &text))
        return false;
    while (strcmp(kinds[region->kind], text) != 0)
        region->kind++;
    return true;
}

static struct region *region_read(struct board *board, const struct node *node)
{
    static const struct key_rule rules[] = {
        {"kind", true}, {"base", true}, {"size", true}, {"block", false}};
    struct region *region = arena_alloc(board->arena, sizeof(*region));
    region->name = node->key;
    region->at = node->key_at;
    region->node = node;
    region->block = node_get(node, "block");
    if (!name_check(board->diagnostics, node, NAME_THING) ||
        !map_check(board->diagnostics, node, rules, 4))
        return NULL;
    const struct node *base = node_get(node, "base"), *size = node_get(node, "size");
    bool good = read_kind(board, node, region);
    good &= base != NULL && scalar_address(board->diagnostics, base, &region->base);
    good &= size != NULL && scalar_size(board->diagnostics, size, &region->size);
    if (!good)
        return NULL;
    uint64_t last = board->arch.bits == 32 ? UINT32_MAX : UINT64_MAX;
    if (region->size == 0) {
        node_error(board->diagnostics, size, "a region of no bytes");
        return NULL;
    }
    if (region->base > last || region->size - 1 > last - region->base) {
        node_error(board->diagnostics, node, "the region goes beyond the address space");
        return NULL;
    }
    if (region->base % board->arch.page != 0 || region->size % board->arch.page != 0)
        node_error(board->diagnostics, node, "base and size must be multiples of %s, a page",
                   size_text(board->arena, board->arch.page));
    return region;
}

static void memory_read(struct board *board, const struct node *section)
{
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    for (const struct node *node = section->first; node != NULL; node = node->next) {
        struct region *region = region_read(board, node);
        if (region == NULL)
            continue;
        struct region **link = &board->regions;
        while (*link != NULL && (*link)->base <= region->base)
            link = &(*link)->next;
        region->next = *link;
        *link = region;
    }
}

static size_t span_add(struct span *spans, size_t count, struct span span)
{
    if (spans != NULL)
        spans[count] = span;
    return count + 1;
}

/* The spans of regions and of the windows of devices in the image; counts them where `spans` is
 * NULL. */
static size_t collect(const struct board *board, struct span *spans)
{
    size_t count = 0;
    for (const struct region *region = board->regions; region != NULL; region = region->next)
        count = span_add(spans, count,
                         (struct span){region->base, region->size,
                                       arena_printf(board->arena, "memory.%s", region->name),
                                       region->at});
    for (const struct device *device = board->devices; device != NULL; device = device->next) {
        const struct setting *setting = device->enabled ? device->settings : NULL;
        for (; setting != NULL; setting = setting->next) {
            const char *owner =
                arena_printf(board->arena, "devices.%s.%s", device->name, setting->property->name);
            bool list = setting->property->type == TYPE_LIST;
            enum property_type type = list ? setting->property->of : setting->property->type;
            bool has = setting->origin == SETTING_GIVEN || setting->origin == SETTING_DEFAULT;
            if (type != TYPE_REGISTERS || !has)
                continue;
            const struct value *values = list ? setting->value.items : &setting->value;
            size_t value_count = list ? setting->value.item_count : 1;
            for (size_t i = 0; i < value_count; i++)
                count =
                    span_add(spans, count,
                             (struct span){values[i].number, values[i].size, owner, values[i].at});
        }
    }
    return count;
}

static int span_compare(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (x->base != y->base)
        return x->base < y->base ? -1 : 1;
    return strcmp(x->owner, y->owner);
}

static void report_overlap(struct board *board, const struct span *low, const struct span *high)
{
    bool low_later = position_is_later(board->layered, low->at, high->at);
    const struct span *one = low_later ? low : high, *other = low_later ? high : low;
    struct diagnostic *error = diagnostic_error(
        board->diagnostics, one->at, "%s: 0x%" PRIx64 " to 0x%" PRIx64 " overlaps %s", one->owner,
        one->base, one->base + one->size - 1, other->owner);
    diagnostic_note(board->diagnostics, error, other->at, "%s is 0x%" PRIx64 " to 0x%" PRIx64,
                    other->owner, other->base, other->base + other->size - 1);
    diagnostic_fix(
        board->diagnostics, error,
        "move or shrink one of the two: `make TARGET=%s explain KEY=memory` shows the map",
        board->name);
}

/* A register window must be within reach of a pointer; regions were checked when they were read. */
static void check_reach(struct board *board, const struct span *span)
{
    uint64_t last = board->arch.bits == 32 ? UINT32_MAX : UINT64_MAX;
    if (span->base + (span->size - 1) > last)
        diagnostic_error(board->diagnostics, span->at,
                         "%s: 0x%" PRIx64 " is beyond the address space of %u bits", span->owner,
                         span->base + (span->size - 1), board->arch.bits);
}

static void memory_resolve(struct board *board)
{
    size_t count = collect(board, NULL);
    struct span *spans = arena_alloc(board->arena, (count + 1) * sizeof(*spans));
    collect(board, spans);
    qsort(spans, count, sizeof(*spans), span_compare);
    for (size_t i = 0; i < count; i++)
        check_reach(board, &spans[i]);
    size_t reach = 0; /* the span so far that ends last */
    for (size_t i = 1; i < count; i++) {
        uint64_t last = spans[reach].base + (spans[reach].size - 1);
        if (spans[i].base <= last)
            report_overlap(board, &spans[reach], &spans[i]);
        if (spans[i].base + (spans[i].size - 1) > last)
            reach = i;
    }
}

static void memory_print(const struct board *board, struct json *json)
{
    static const char *const kinds[] = {
        [REGION_RAM] = "ram", [REGION_FLASH] = "flash", [REGION_RESERVED] = "reserved"};
    json_open_array(json, "regions");
    for (const struct region *region = board->regions; region != NULL; region = region->next) {
        json_open_object(json, NULL);
        json_text(json, "name", region->name);
        json_text(json, "kind", kinds[region->kind]);
        json_number(json, "base", region->base);
        json_number(json, "size", region->size);
        json_position(json, region->at);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource memory_resource = {.key = "memory",
                                         .required = true,
                                         .read = memory_read,
                                         .resolve = memory_resolve,
                                         .print = memory_print};
