/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What page.c and page_check.c share: how a pool keeps its pages.
 */
#ifndef KERNEL_PAGE_STATE_H
#define KERNEL_PAGE_STATE_H

#include <kernel/page.h>

/* page_state.word: what the run that begins here is, its order, and whether the page is filled with
 * PAGE_POISON. */
enum {
    PAGE_INSIDE = 0x00, /* not the first page of its run */
    PAGE_FREE = 0x40,
    PAGE_HOT = 0x80,
    PAGE_USED = 0xc0,
    PAGE_KIND = 0xc0,
    PAGE_POISONED = 0x20,
    PAGE_ORDER = 0x1f,
    PAGE_POISON = 0xa5
};

/* At the start of a free run. */
struct page_run {
    struct page_run *next;
    struct page_run *previous;
};

static inline struct page_state *page_state_at(struct page_zone *zone, uintptr_t number)
{
    return &zone->states[number - zone->first];
}

static inline unsigned page_kind(const struct page_state *state)
{
    return state->word & PAGE_KIND;
}

static inline unsigned page_order_at(const struct page_state *state)
{
    return state->word & PAGE_ORDER;
}

/* True if the run of 2^order pages from `number` lies in the zone. */
static inline bool page_zone_has(const struct page_zone *zone, uintptr_t number, unsigned order)
{
    size_t pages = (size_t)1 << order;
    uintptr_t offset = number - zone->first;
    return number >= zone->first && pages <= zone->count && offset <= zone->count - pages;
}

/* The zone that has page `number`, or NULL. */
static inline struct page_zone *page_zone_find(const struct page_pool *pool, uintptr_t number)
{
    struct page_zone *zone = pool->zones;
    while (zone && !page_zone_has(zone, number, 0))
        zone = zone->next;
    return zone;
}

#endif
