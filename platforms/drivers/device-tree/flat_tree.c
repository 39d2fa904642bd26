/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See flat_tree.h. The structure block is a sequence of tokens; a node's properties come before its
 * children, so a node is complete, and visited, when its first child begins or it ends.
 */
#include "flat_tree.h"

#include <string.h>

enum {
    HEADER_SIZE = 40,
    VERSION = 17,
    TOKEN_BEGIN_NODE = 1,
    TOKEN_END_NODE = 2,
    TOKEN_PROPERTY = 3,
    TOKEN_NOP = 4,
    TOKEN_END = 9,
    DEPTH_LIMIT = 16,
    CELL = 4, /* bytes */
};

#define MAGIC UINT32_C(0xd00dfeed)

/* An open node. */
struct level {
    struct flat_node node;
    size_t reg_size;        /* bytes */
    uint32_t address_cells; /* of its children */
    uint32_t size_cells;
    bool translates; /* its children's addresses */
    bool visited;
};

struct walk {
    const struct flat_tree *tree;
    size_t at; /* in the structure block */
    struct level levels[DEPTH_LIMIT];
    unsigned depth; /* how many levels are open */
    void (*visit)(const struct flat_node *node, void *context);
    void *context;
};

static uint32_t big_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

enum status flat_tree_open(struct flat_tree *tree, const void *blob, size_t limit)
{
    const uint8_t *bytes = blob;

    if (limit < HEADER_SIZE || big_endian(bytes) != MAGIC)
        return ERR_NOT_FOUND;
    uint32_t total = big_endian(bytes + 4); /* room for more behind the blocks included */
    if (total > limit)
        total = (uint32_t)limit;
    uint32_t structure = big_endian(bytes + 8);
    uint32_t strings = big_endian(bytes + 12);
    uint32_t strings_size = big_endian(bytes + 32);
    uint32_t structure_size = big_endian(bytes + 36);

    if (big_endian(bytes + 20) < VERSION || big_endian(bytes + 24) > VERSION)
        return ERR_UNSUPPORTED;
    if (structure > total || structure_size > total - structure || strings > total ||
        strings_size > total - strings || structure % CELL || strings_size == 0 ||
        bytes[strings + strings_size - 1] != '\0')
        return ERR_CORRUPT;
    *tree = (struct flat_tree){
        .structure = bytes + structure,
        .structure_size = structure_size,
        .strings = (const char *)bytes + strings,
        .strings_size = strings_size,
    };
    return OK;
}

/* Takes the next cell. False at the end of the block. */
static bool take_cell(struct walk *walk, uint32_t *value)
{
    if (walk->tree->structure_size - walk->at < CELL)
        return false;
    *value = big_endian(walk->tree->structure + walk->at);
    walk->at += CELL;
    return true;
}

/* Takes `size` bytes and what pads them to a cell. NULL if the block has not as many. */
static const uint8_t *take_bytes(struct walk *walk, size_t size)
{
    const uint8_t *bytes = walk->tree->structure + walk->at;
    size_t left = walk->tree->structure_size - walk->at;

    if (size > left)
        return NULL;
    size_t padded = (size + CELL - 1) / CELL * CELL;
    walk->at += padded < left ? padded : left;
    return bytes;
}

static void visit(struct walk *walk, struct level *level)
{
    struct flat_node *node = &level->node;
    size_t pair = (node->address_cells + node->size_cells) * CELL;

    if (level->visited)
        return;
    level->visited = true;
    node->reg_count = node->reg && pair ? level->reg_size / pair : 0;
    walk->visit(node, walk->context);
}

static enum status begin_node(struct walk *walk)
{
    const uint8_t *name = walk->tree->structure + walk->at;
    const uint8_t *end = memchr(name, '\0', walk->tree->structure_size - walk->at);
    struct level *parent = walk->depth ? &walk->levels[walk->depth - 1] : NULL;

    if (walk->depth == DEPTH_LIMIT)
        return ERR_LIMIT;
    if (!end || !take_bytes(walk, (size_t)(end - name) + 1))
        return ERR_CORRUPT;
    if (parent)
        visit(walk, parent);
    walk->levels[walk->depth] = (struct level){
        .node = {.name = (const char *)name,
                 .depth = walk->depth,
                 .is_enabled = true,
                 .is_addressed = !parent || (parent->node.is_addressed && !parent->translates),
                 .address_cells = parent ? parent->address_cells : 0,
                 .size_cells = parent ? parent->size_cells : 0},
        .address_cells = 2, /* what holds where a node does not say */
        .size_cells = 1,
        .translates = walk->depth > 0, /* without `ranges` its children are not in our space */
    };
    walk->depth++;
    return OK;
}

static bool text_is(const uint8_t *value, size_t size, const char *text)
{
    return size == strlen(text) + 1 && memcmp(value, text, size) == 0;
}

/* A cell count: 3 is the most that buses have. */
static enum status read_cells(const uint8_t *value, size_t size, uint32_t *cells)
{
    if (size != CELL || big_endian(value) > 3)
        return ERR_CORRUPT;
    *cells = big_endian(value);
    return OK;
}

/* A number of so many cells; of more than two the low ones. */
static uint64_t read_number(const uint8_t *bytes, unsigned cells)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < cells; i++)
        value = value << 32 | big_endian(bytes + i * CELL);
    return value;
}

/* An address that is as long as the property. */
static enum status read_address(const uint8_t *value, size_t size, uint64_t *address)
{
    if (size != CELL && size != 2 * CELL)
        return ERR_CORRUPT;
    *address = read_number(value, (unsigned)(size / CELL));
    return OK;
}

static enum status take_property(struct walk *walk)
{
    uint32_t size, name_offset;

    if (!take_cell(walk, &size) || !take_cell(walk, &name_offset) || walk->depth == 0 ||
        name_offset >= walk->tree->strings_size)
        return ERR_CORRUPT;
    const uint8_t *value = take_bytes(walk, size);
    const char *name = walk->tree->strings + name_offset;
    struct level *level = &walk->levels[walk->depth - 1];
    if (!value || level->visited)
        return ERR_CORRUPT;

    if (strcmp(name, "reg") == 0) {
        level->node.reg = value;
        level->reg_size = size;
    } else if (strcmp(name, "device_type") == 0) {
        level->node.is_memory = text_is(value, size, "memory");
        level->node.is_cpu = text_is(value, size, "cpu");
    } else if (strcmp(name, "status") == 0) {
        level->node.is_enabled = text_is(value, size, "okay") || text_is(value, size, "ok");
    } else if (strcmp(name, "ranges") == 0) {
        level->translates = size != 0;
    } else if (strcmp(name, "#address-cells") == 0) {
        return read_cells(value, size, &level->address_cells);
    } else if (strcmp(name, "#size-cells") == 0) {
        return read_cells(value, size, &level->size_cells);
    } else if (strcmp(name, "linux,initrd-start") == 0) {
        return read_address(value, size, &level->node.file_start);
    } else if (strcmp(name, "linux,initrd-end") == 0) {
        return read_address(value, size, &level->node.file_end);
    }
    return OK;
}

static enum status end_node(struct walk *walk)
{
    if (walk->depth == 0)
        return ERR_CORRUPT;
    visit(walk, &walk->levels[walk->depth - 1]);
    walk->depth--;
    return OK;
}

enum status flat_tree_walk(const struct flat_tree *tree,
                           void (*visitor)(const struct flat_node *node, void *context),
                           void *context)
{
    struct walk walk = {.tree = tree, .visit = visitor, .context = context};
    enum status status = OK;
    uint32_t token;

    while (!status) {
        if (!take_cell(&walk, &token))
            return ERR_CORRUPT;
        switch (token) {
        case TOKEN_BEGIN_NODE:
            status = begin_node(&walk);
            break;
        case TOKEN_END_NODE:
            status = end_node(&walk);
            break;
        case TOKEN_PROPERTY:
            status = take_property(&walk);
            break;
        case TOKEN_NOP:
            break;
        case TOKEN_END:
            return walk.depth == 0 ? OK : ERR_CORRUPT;
        default:
            return ERR_CORRUPT;
        }
    }
    return status;
}

void flat_node_reg(const struct flat_node *node, size_t index, uint64_t *base, uint64_t *size)
{
    const uint8_t *pair = node->reg + index * (node->address_cells + node->size_cells) * CELL;

    *base = read_number(pair, node->address_cells);
    *size = read_number(pair + node->address_cells * CELL, node->size_cells);
}
