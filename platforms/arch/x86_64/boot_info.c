/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See boot_info.h.
 */
#include "boot_info.h"

#include <string.h>

enum {
    PVH_MAGIC = 0x336ec578,
    PVH_HAS_MEMORY_MAP = 1, /* from this version on */
    TAG_END = 0,
    TAG_MEMORY = 6,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15,
    TAG_ALIGNMENT = 8,
    ROW_USABLE = 1,
};

struct pvh_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t module_count;
    uint64_t modules;
    uint64_t command_line;
    uint64_t acpi_root;
    uint64_t memory_map; /* from version 1 on */
    uint32_t memory_map_count;
    uint32_t reserved;
};

/* A row of either memory map. */
struct memory_row {
    uint64_t base;
    uint64_t size;
    uint32_t type;
    uint32_t reserved;
};

_Static_assert(sizeof(struct memory_row) == 24, "PVH and Multiboot2 agree");

struct multiboot2_info {
    uint32_t size; /* bytes, tags included */
    uint32_t reserved;
};

struct multiboot2_tag {
    uint32_t type;
    uint32_t size; /* bytes, this header included, padding to TAG_ALIGNMENT not */
};

/* What follows Multiboot2's memory map tag's header, before the rows. */
struct multiboot2_map {
    uint32_t row_size;
    uint32_t row_version;
};

/* The tag after `tag`, or the first where that is NULL; NULL after the last. */
static const struct multiboot2_tag *next_tag(const struct multiboot2_info *info,
                                             const struct multiboot2_tag *tag)
{
    size_t offset = sizeof *info;

    if (tag)
        offset = (size_t)((const uint8_t *)tag - (const uint8_t *)info) +
                 ((tag->size + TAG_ALIGNMENT - 1) & ~(size_t)(TAG_ALIGNMENT - 1));
    if (offset + sizeof *tag > info->size)
        return NULL;
    tag = (const struct multiboot2_tag *)((const uint8_t *)info + offset);
    if (tag->type == TAG_END || tag->size < sizeof *tag || tag->size > info->size - offset)
        return NULL;
    return tag;
}

static const void *multiboot2_acpi_root(const struct multiboot2_info *info)
{
    const void *root = NULL;

    for (const struct multiboot2_tag *tag = next_tag(info, NULL); tag; tag = next_tag(info, tag)) {
        if (tag->type == TAG_ACPI_NEW || (tag->type == TAG_ACPI_OLD && !root))
            root = tag + 1;
    }
    return root;
}

const void *boot_info_acpi_root(uint32_t magic, const void *info)
{
    const struct pvh_info *pvh = info;

    if (!info)
        return NULL;
    if (magic == BOOT_INFO_MULTIBOOT2)
        return multiboot2_acpi_root(info);
    return pvh->magic == PVH_MAGIC ? (const void *)(uintptr_t)pvh->acpi_root : NULL;
}

/* Adds the usable ones of `count` rows, `stride` bytes apart. Returns how many there are then. */
static size_t add_rows(const void *rows, size_t count, size_t stride, struct memory_range *ranges,
                       size_t limit)
{
    size_t stored = 0;

    for (size_t i = 0; i < count && stored < limit; i++) {
        struct memory_row row;
        memcpy(&row, (const uint8_t *)rows + i * stride, sizeof row);
        if (row.type == ROW_USABLE)
            ranges[stored++] = (struct memory_range){row.base, row.size};
    }
    return stored;
}

static size_t multiboot2_memory(const struct multiboot2_info *info, struct memory_range *ranges,
                                size_t limit)
{
    const struct multiboot2_tag *tag = next_tag(info, NULL);
    const struct multiboot2_map *map;

    while (tag && tag->type != TAG_MEMORY)
        tag = next_tag(info, tag);
    if (!tag || tag->size < sizeof *tag + sizeof *map)
        return 0;
    map = (const struct multiboot2_map *)(tag + 1);
    if (map->row_size < sizeof(struct memory_row))
        return 0;
    return add_rows(map + 1, (tag->size - sizeof *tag - sizeof *map) / map->row_size, map->row_size,
                    ranges, limit);
}

size_t boot_info_memory(uint32_t magic, const void *info, struct memory_range *ranges, size_t limit)
{
    const struct pvh_info *pvh = info;

    if (!info)
        return 0;
    if (magic == BOOT_INFO_MULTIBOOT2)
        return multiboot2_memory(info, ranges, limit);
    if (pvh->magic != PVH_MAGIC || pvh->version < PVH_HAS_MEMORY_MAP || !pvh->memory_map)
        return 0;
    return add_rows((const void *)(uintptr_t)pvh->memory_map, pvh->memory_map_count,
                    sizeof(struct memory_row), ranges, limit);
}
