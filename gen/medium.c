/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What partitions lie on: the flashes of the memory map, and a board's `storage:`, which is not
 * part of the address space. A medium is erased, or written, in blocks; they need not be of one
 * size: a list gives those from the start, and the last of it repeats.
 */
#include "resource.h"
#include "scalar.h"
#include <string.h>

uint64_t medium_block(const struct medium *medium, uint64_t offset, uint64_t *size)
{
    uint64_t start = 0;
    size_t i = 0;
    while (i + 1 < medium->block_count && offset - start >= medium->blocks[i])
        start += medium->blocks[i++];
    *size = medium->blocks[i];
    return offset - (offset - start) % *size;
}

static bool read_block(struct board *board, const struct node *node, uint64_t *block)
{
    if (!scalar_size(board->diagnostics, node, block))
        return false;
    if (*block == 0)
        node_error(board->diagnostics, node, "a block of no bytes");
    return *block != 0;
}

/* Fills medium->blocks from `node`, NULL where the board gives none. */
static bool read_blocks(struct board *board, const struct node *node, uint64_t usual,
                        struct medium *medium)
{
    bool list = node != NULL && node->kind == NODE_LIST && node->first != NULL;
    size_t count = 0;
    for (const struct node *item = list ? node->first : NULL; item != NULL; item = item->next)
        count++;
    medium->block_count = list ? count : 1;
    medium->blocks = arena_alloc(board->arena, medium->block_count * sizeof(*medium->blocks));
    medium->blocks[0] = usual;
    if (node == NULL)
        return true;
    bool good = list || read_block(board, node, &medium->blocks[0]);
    size_t i = 0;
    for (const struct node *item = list ? node->first : NULL; item != NULL; item = item->next)
        good &= read_block(board, item, &medium->blocks[i++]);
    return good;
}

static void add_medium(struct board *board, struct medium *medium, const struct node *blocks,
                       uint64_t usual_block)
{
    if (!read_blocks(board, blocks, usual_block, medium))
        return;
    uint64_t block = 0;
    if (medium_block(medium, medium->size, &block) != medium->size)
        node_error(board->diagnostics, blocks == NULL ? medium->node : blocks,
                   "%s of %s are not whole blocks", size_text(board->arena, medium->size),
                   medium->name);
    struct medium **link = &board->media;
    while (*link != NULL)
        link = &(*link)->next;
    *link = medium;
}

static void check_names(struct board *board, const struct node *node)
{
    for (const struct region *region = board->regions; region != NULL; region = region->next) {
        if (strcmp(region->name, node->key) != 0)
            continue;
        struct diagnostic *error = diagnostic_error(board->diagnostics, node->key_at,
                                                    "storage.%s: the name is taken", node->key);
        diagnostic_note(board->diagnostics, error, region->at, "by memory.%s", region->name);
        diagnostic_fix(board->diagnostics, error, "choose another name");
    }
}

static void storage_read_one(struct board *board, const struct node *node)
{
    static const struct key_rule rules[] = {
        {"kind", true}, {"size", true}, {"block", false}, {"device", false}, {"summary", false}};
    static const char *kinds[] = {"flash", "sd", "disk"};
    static const struct text_list names = {kinds, 3};
    struct medium *medium = arena_alloc(board->arena, sizeof(*medium));
    *medium = (struct medium){.name = node->key, .at = node->key_at, .node = node};
    if (!name_check(board->diagnostics, node, NAME_THING) ||
        !map_check(board->diagnostics, node, rules, 5))
        return;
    check_names(board, node);
    const struct node *kind = node_get(node, "kind"), *size = node_get(node, "size");
    const struct node *summary = node_get(node, "summary");
    bool good = kind != NULL && scalar_choice(board->diagnostics, kind, &names, &medium->kind);
    good &= size != NULL && scalar_size(board->diagnostics, size, &medium->size);
    if (summary != NULL)
        good &= scalar_text(board->diagnostics, summary, &medium->summary);
    if (good && medium->size == 0)
        node_error(board->diagnostics, size, "a medium of no bytes");
    else if (good)
        add_medium(board, medium, node_get(node, "block"),
                   strcmp(medium->kind, "flash") == 0 ? 1 : 512);
}

static void storage_read(struct board *board, const struct node *section)
{
    for (struct region *region = board->regions; region != NULL; region = region->next) {
        if (region->kind != REGION_FLASH) {
            if (region->block != NULL)
                node_error(board->diagnostics, region->block, "only a flash has blocks");
            continue;
        }
        struct medium *medium = arena_alloc(board->arena, sizeof(*medium));
        *medium = (struct medium){.name = region->name,
                                  .kind = "flash",
                                  .at = region->at,
                                  .node = region->node,
                                  .region = region,
                                  .size = region->size};
        add_medium(board, medium, region->block, 1);
    }
    if (section == NULL || !map_check(board->diagnostics, section, NULL, 0))
        return;
    for (const struct node *node = section->first; node != NULL; node = node->next)
        storage_read_one(board, node);
}

/* The devices are known now. */
static void storage_resolve(struct board *board)
{
    for (struct medium *medium = board->media; medium != NULL; medium = medium->next) {
        const struct node *node = medium->region == NULL ? node_get(medium->node, "device") : NULL;
        const char *name = NULL;
        if (node != NULL && scalar_text(board->diagnostics, node, &name))
            medium->device = device_wire(board, node, name, "block");
    }
}

static void storage_print(const struct board *board, struct json *json)
{
    json_open_array(json, "media");
    for (const struct medium *medium = board->media; medium != NULL; medium = medium->next) {
        json_open_object(json, NULL);
        json_text(json, "name", medium->name);
        json_text(json, "kind", medium->kind);
        if (json->positions)
            json_text(json, "summary", medium->summary);
        json_number(json, "size", medium->size);
        if (medium->region == NULL)
            json_null(json, "base");
        else
            json_number(json, "base", medium->region->base);
        if (medium->device == NULL || !medium->device->enabled)
            json_null(json, "device");
        else
            json_text(json, "device", medium->device->name);
        json_open_array(json, "blocks");
        for (size_t i = 0; i < medium->block_count; i++)
            json_number(json, NULL, medium->blocks[i]);
        json_close_array(json);
        json_position(json, medium->at);
        json_close_object(json);
    }
    json_close_array(json);
}

const struct resource storage_resource = {
    .key = "storage", .read = storage_read, .resolve = storage_resolve, .print = storage_print};
