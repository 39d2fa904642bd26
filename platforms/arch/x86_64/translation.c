/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See translation.h. Levels count from the root, 4, down: an entry of level 3, 2, 1 spans 1 GB,
 * 2 MB, 4 KB and is a page or, above level 1, leads to a table of smaller ones. A page is split
 * into a table of equal smaller ones when a part of it is to differ; tables are never given back.
 */
#include "translation.h"

#include <stddef.h>

/* Entry fields (SDM 3, 4.5.4). */
#define ENTRY_PRESENT   (UINT64_C(1) << 0)
#define ENTRY_WRITABLE  (UINT64_C(1) << 1)
#define ENTRY_UNCACHED  (UINT64_C(3) << 3) /* PWT, PCD: strong uncacheable */
#define ENTRY_LARGE     (UINT64_C(1) << 7) /* above level 1: a page */
#define ENTRY_NOEXECUTE (UINT64_C(1) << 63)
#define ENTRY_ADDRESS   UINT64_C(0x000ffffffffff000)

enum {
    ROOT_LEVEL = 4,
    HUGE_LEVEL = 3,
    LARGE_LEVEL = 2,
    PAGE_LEVEL = 1,
    LEVEL_BITS = 9,
    PAGE_BITS = 12
};

_Static_assert(sizeof(struct translation_table) == TRANSLATION_PAGE, "a table is a page");

static unsigned level_shift(unsigned level)
{
    return PAGE_BITS + (level - PAGE_LEVEL) * LEVEL_BITS;
}

static uint64_t attributes(enum translation_access access)
{
    switch (access) {
    case TRANSLATION_CODE:
        return ENTRY_PRESENT;
    case TRANSLATION_CONSTANT:
        return ENTRY_PRESENT | ENTRY_NOEXECUTE;
    case TRANSLATION_DATA:
        return ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NOEXECUTE;
    case TRANSLATION_DEVICE:
        return ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NOEXECUTE | ENTRY_UNCACHED;
    case TRANSLATION_NONE:
        break;
    }
    return 0;
}

static uint64_t leaf(uint64_t address, unsigned level, enum translation_access access)
{
    if (access == TRANSLATION_NONE)
        return 0;
    return address | attributes(access) | (level > PAGE_LEVEL ? ENTRY_LARGE : 0);
}

/* True if `entry`, of `level`, leads to a table. */
static bool is_table(uint64_t entry, unsigned level)
{
    return level > PAGE_LEVEL && (entry & ENTRY_PRESENT) && !(entry & ENTRY_LARGE);
}

static struct translation_table *table_of(uint64_t entry)
{
    return (struct translation_table *)(uintptr_t)(entry & ENTRY_ADDRESS);
}

/* The table that `entry`, of `level`, leads to; made where there is none, from the page that was
 * there. NULL if none is left. */
static struct translation_table *descend(struct translation *translation, uint64_t *entry,
                                         unsigned level)
{
    if (is_table(*entry, level))
        return table_of(*entry);
    if (translation->used == translation->capacity)
        return NULL;

    struct translation_table *table = &translation->tables[translation->used++];
    if (*entry & ENTRY_PRESENT) {
        uint64_t part = level - 1 == PAGE_LEVEL ? *entry & ~ENTRY_LARGE : *entry;
        for (unsigned i = 0; i < TRANSLATION_ENTRIES; i++)
            table->entries[i] = part + ((uint64_t)i << level_shift(level - 1));
    }
    *entry = (uint64_t)(uintptr_t)table | ENTRY_PRESENT | ENTRY_WRITABLE;
    return table;
}

/* Maps [base, end), which lies in what `table` of `level` spans. */
static enum status map_in(struct translation *translation, struct translation_table *table,
                          unsigned level, uint64_t base, uint64_t end,
                          enum translation_access access)
{
    const uint64_t span = UINT64_C(1) << level_shift(level);
    const unsigned largest = translation->huge ? HUGE_LEVEL : LARGE_LEVEL;

    while (base < end) {
        uint64_t *entry = &table->entries[(base >> level_shift(level)) % TRANSLATION_ENTRIES];
        uint64_t next = (base & ~(span - 1)) + span;
        bool whole = base % span == 0 && next <= end && level <= largest;

        if (next > end)
            next = end;
        if (whole && !is_table(*entry, level)) {
            *entry = leaf(base, level, access);
        } else if (*entry || access != TRANSLATION_NONE) {
            struct translation_table *child = descend(translation, entry, level);
            if (!child)
                return ERR_NO_MEMORY;
            enum status status = map_in(translation, child, level - 1, base, next, access);
            if (status)
                return status;
        }
        base = next;
    }
    return OK;
}

void translation_init(struct translation *translation, struct translation_table *tables,
                      unsigned capacity, bool huge)
{
    translation->tables = tables;
    translation->capacity = capacity;
    translation->used = 1;
    translation->huge = huge;
}

enum status translation_map(struct translation *translation, uint64_t base, uint64_t size,
                            enum translation_access access)
{
    const uint64_t limit = UINT64_C(1) << TRANSLATION_ADDRESS_BITS;

    if (base % TRANSLATION_PAGE || size % TRANSLATION_PAGE || base > limit || size > limit - base)
        return ERR_INVALID;
    return map_in(translation, &translation->tables[0], ROOT_LEVEL, base, base + size, access);
}

bool translation_has(const struct translation *translation, uint64_t address)
{
    const struct translation_table *table = &translation->tables[0];

    if (address >> TRANSLATION_ADDRESS_BITS)
        return false;
    for (unsigned level = ROOT_LEVEL;; level--) {
        uint64_t entry = table->entries[(address >> level_shift(level)) % TRANSLATION_ENTRIES];
        if (!is_table(entry, level))
            return entry & ENTRY_PRESENT;
        table = table_of(entry);
    }
}
