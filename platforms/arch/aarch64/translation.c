/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See translation.h. A table's level tells how much one entry spans: 1 GB, 2 MB, 4 KB at levels 1,
 * 2 and 3. A block is split into a table of equal smaller ones when a part of it is to differ;
 * tables are never given back.
 */
#include "translation.h"

#include <stdbool.h>
#include <stddef.h>

/* Descriptor fields (Arm ARM DDI 0487, D8.3). */
#define ENTRY_VALID    (UINT64_C(1) << 0)
#define ENTRY_TABLE    (UINT64_C(1) << 1) /* at level 3: a page */
#define ENTRY_MEMORY   2                  /* shift of the index into MAIR_EL1 */
#define ENTRY_READONLY (UINT64_C(1) << 7)
#define ENTRY_SHARED   (UINT64_C(3) << 8) /* inner shareable */
#define ENTRY_ACCESSED (UINT64_C(1) << 10)
#define ENTRY_PXN      (UINT64_C(1) << 53)
#define ENTRY_UXN      (UINT64_C(1) << 54)
#define ENTRY_ADDRESS  UINT64_C(0x0000fffffffff000)

enum { ROOT_LEVEL = 1, LAST_LEVEL = 3, LEVEL_BITS = 9, PAGE_BITS = 12 };

_Static_assert(TRANSLATION_ADDRESS_BITS == PAGE_BITS + (LAST_LEVEL - ROOT_LEVEL + 1) * LEVEL_BITS,
               "the root has level 1");
_Static_assert(sizeof(struct translation_table) == TRANSLATION_PAGE, "a table is a page");

static unsigned level_shift(unsigned level)
{
    return PAGE_BITS + (LAST_LEVEL - level) * LEVEL_BITS;
}

static uint64_t attributes(enum translation_access access)
{
    const uint64_t common = ENTRY_VALID | ENTRY_ACCESSED | ENTRY_UXN;
    const uint64_t normal = (uint64_t)TRANSLATION_MEMORY_NORMAL << ENTRY_MEMORY | ENTRY_SHARED;
    const uint64_t device = (uint64_t)TRANSLATION_MEMORY_DEVICE << ENTRY_MEMORY;

    switch (access) {
    case TRANSLATION_CODE:
        return common | normal | ENTRY_READONLY;
    case TRANSLATION_CONSTANT:
        return common | normal | ENTRY_READONLY | ENTRY_PXN;
    case TRANSLATION_DATA:
        return common | normal | ENTRY_PXN;
    case TRANSLATION_DEVICE:
        return common | device | ENTRY_PXN;
    case TRANSLATION_NONE:
        break;
    }
    return 0;
}

static uint64_t leaf(uint64_t address, unsigned level, enum translation_access access)
{
    if (access == TRANSLATION_NONE)
        return 0;
    return address | attributes(access) | (level == LAST_LEVEL ? ENTRY_TABLE : 0);
}

static struct translation_table *table_of(uint64_t entry)
{
    return (struct translation_table *)(uintptr_t)(entry & ENTRY_ADDRESS);
}

/* The table that `entry`, at `level`, leads to; made where there is none, from the block that was
 * there. NULL if none is left. */
static struct translation_table *descend(struct translation *translation, uint64_t *entry,
                                         unsigned level)
{
    if ((*entry & ENTRY_VALID) && (*entry & ENTRY_TABLE))
        return table_of(*entry);
    if (translation->used == translation->capacity)
        return NULL;

    struct translation_table *table = &translation->tables[translation->used++];
    if (*entry & ENTRY_VALID) {
        uint64_t part = *entry | (level + 1 == LAST_LEVEL ? ENTRY_TABLE : 0);
        for (unsigned i = 0; i < TRANSLATION_ENTRIES; i++)
            table->entries[i] = part + ((uint64_t)i << level_shift(level + 1));
    }
    *entry = (uint64_t)(uintptr_t)table | ENTRY_TABLE | ENTRY_VALID;
    return table;
}

/* Maps [base, end), which lies in what `table` at `level` spans. */
static enum status map_in(struct translation *translation, struct translation_table *table,
                          unsigned level, uint64_t base, uint64_t end,
                          enum translation_access access)
{
    const uint64_t span = UINT64_C(1) << level_shift(level);

    while (base < end) {
        uint64_t *entry = &table->entries[(base >> level_shift(level)) % TRANSLATION_ENTRIES];
        uint64_t next = (base & ~(span - 1)) + span;
        bool whole = base % span == 0 && next <= end;
        bool is_table = level < LAST_LEVEL && (*entry & ENTRY_TABLE);

        if (next > end)
            next = end;
        if (whole && !is_table) {
            *entry = leaf(base, level, access);
        } else if (*entry || access != TRANSLATION_NONE) {
            struct translation_table *child = descend(translation, entry, level);
            if (!child)
                return ERR_NO_MEMORY;
            enum status status = map_in(translation, child, level + 1, base, next, access);
            if (status)
                return status;
        }
        base = next;
    }
    return OK;
}

void translation_init(struct translation *translation, struct translation_table *tables,
                      unsigned capacity)
{
    translation->tables = tables;
    translation->capacity = capacity;
    translation->used = 1;
}

enum status translation_map(struct translation *translation, uint64_t base, uint64_t size,
                            enum translation_access access)
{
    const uint64_t limit = UINT64_C(1) << TRANSLATION_ADDRESS_BITS;

    if (base % TRANSLATION_PAGE || size % TRANSLATION_PAGE || base > limit || size > limit - base)
        return ERR_INVALID;
    return map_in(translation, &translation->tables[0], ROOT_LEVEL, base, base + size, access);
}
