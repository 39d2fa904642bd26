/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See boot_info.h.
 */
#include "boot_info.h"

#include <stddef.h>

enum {
    PVH_MAGIC = 0x336ec578,
    TAG_END = 0,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15,
    TAG_ALIGNMENT = 8
};

struct pvh_info {
    uint32_t magic;
    uint32_t version;
    uint32_t flags;
    uint32_t module_count;
    uint64_t modules;
    uint64_t command_line;
    uint64_t acpi_root;
};

struct multiboot2_info {
    uint32_t size; /* bytes, tags included */
    uint32_t reserved;
};

struct multiboot2_tag {
    uint32_t type;
    uint32_t size; /* bytes, this header included, padding to TAG_ALIGNMENT not */
};

static const void *multiboot2_acpi_root(const struct multiboot2_info *info)
{
    const uint8_t *bytes = (const uint8_t *)info;
    const void *root = NULL;
    size_t offset = sizeof *info;

    while (offset + sizeof(struct multiboot2_tag) <= info->size) {
        const struct multiboot2_tag *tag = (const struct multiboot2_tag *)(bytes + offset);
        if (tag->type == TAG_END || tag->size < sizeof *tag || tag->size > info->size - offset)
            break;
        if (tag->type == TAG_ACPI_NEW || (tag->type == TAG_ACPI_OLD && !root))
            root = tag + 1;
        offset += (tag->size + TAG_ALIGNMENT - 1) & ~(size_t)(TAG_ALIGNMENT - 1);
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
