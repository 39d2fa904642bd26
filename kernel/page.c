/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The page allocator. What changes a pool does so with its lock held.
 */
#include <kernel/log.h>
#include <kernel/page_state.h>
#include <string.h>

/* A run while it is on its way: the zone and number of its first page. */
struct place {
    struct page_zone *zone;
    uintptr_t number;
};

static void *address_of(const struct page_pool *pool, uintptr_t number)
{
    return (void *)(number << pool->shift);
}

static uintptr_t number_of(const struct page_pool *pool, const void *run)
{
    return (uintptr_t)run >> pool->shift;
}

static void mark(struct place place, unsigned kind, unsigned order)
{
    struct page_state *state = page_state_at(place.zone, place.number);
    state->word = (uint8_t)((state->word & PAGE_POISONED) | kind | order);
}

/* --- poison, with CONFIG_MEMORY_DEBUG --- */

static void poison(const struct page_pool *pool, struct place place, unsigned order)
{
    memset(address_of(pool, place.number), PAGE_POISON, page_size(pool) << order);
    for (size_t i = 0; i < (size_t)1 << order; i++)
        page_state_at(place.zone, place.number + i)->word |= PAGE_POISONED;
}

/* Where the links were is poison again. */
static void poison_links(const struct page_pool *pool, struct place place)
{
    if (page_state_at(place.zone, place.number)->word & PAGE_POISONED)
        memset(address_of(pool, place.number), PAGE_POISON, sizeof(struct page_run));
}

/* The run is about to be used: looks whether somebody wrote to it while it was free. */
static void unpoison(struct page_pool *pool, struct place place, unsigned order)
{
    for (size_t i = 0; i < (size_t)1 << order; i++) {
        struct page_state *state = page_state_at(place.zone, place.number + i);
        const uint8_t *bytes = address_of(pool, place.number + i);
        if (!(state->word & PAGE_POISONED))
            continue;
        state->word &= (uint8_t)~PAGE_POISONED;
        /* All bytes are equal if each equals the one after it. */
        if (bytes[0] == PAGE_POISON && memcmp(bytes, bytes + 1, page_size(pool) - 1) == 0)
            continue;
        pool->overwrites++;
        log_error("memory", "page %p was written after %s freed it", (const void *)bytes,
                  pool->budgets[state->owner].owner);
    }
}

/* --- the lists of free runs and the stacks of hot ones --- */

static void list_push(struct page_pool *pool, struct place place, unsigned order)
{
    struct page_run *run = address_of(pool, place.number);
    run->previous = NULL;
    run->next = pool->free[order];
    if (run->next)
        run->next->previous = run;
    pool->free[order] = run;
    pool->filled |= UINT32_C(1) << order;
    mark(place, PAGE_FREE, order);
}

static void list_remove(struct page_pool *pool, struct place place, unsigned order)
{
    struct page_run *run = address_of(pool, place.number);
    if (run->next)
        run->next->previous = run->previous;
    if (run->previous)
        run->previous->next = run->next;
    else
        pool->free[order] = run->next;
    if (!pool->free[order])
        pool->filled &= ~(UINT32_C(1) << order);
    if (CONFIG_MEMORY_DEBUG)
        poison_links(pool, place);
}

static struct place place_of(const struct page_pool *pool, const void *run)
{
    uintptr_t number = number_of(pool, run);
    return (struct place){page_zone_find(pool, number), number};
}

static void hot_push(struct page_pool *pool, struct place place, unsigned order)
{
    pool->hot[order][pool->hot_count[order]++] = address_of(pool, place.number);
    mark(place, PAGE_HOT, order);
}

static struct place hot_pop(struct page_pool *pool, unsigned order)
{
    return place_of(pool, pool->hot[order][--pool->hot_count[order]]);
}

/* --- merging and splitting --- */

/* Merges the run with its buddy as long as that is free, and lists what comes of it. */
static void merge(struct page_pool *pool, struct place place, unsigned order)
{
    for (; order + 1 < PAGE_ORDERS; order++) {
        struct place buddy = {place.zone, place.number ^ (uintptr_t)1 << order};
        if (!page_zone_has(place.zone, buddy.number, order))
            break;
        const struct page_state *state = page_state_at(buddy.zone, buddy.number);
        if ((state->word & (PAGE_KIND | PAGE_ORDER)) != (PAGE_FREE | order))
            break;
        list_remove(pool, buddy, order);
        mark(buddy, PAGE_INSIDE, 0);
        mark(place, PAGE_INSIDE, 0);
        place.number &= ~((uintptr_t)1 << order);
    }
    list_push(pool, place, order);
}

static void cool(struct page_pool *pool)
{
    for (unsigned order = 0; order < PAGE_HOT_ORDERS; order++)
        while (pool->hot_count[order])
            merge(pool, hot_pop(pool, order), order);
}

/* Takes a free run of `order`; its zone is NULL if there is none. */
static struct place take(struct page_pool *pool, unsigned order)
{
    if (order < PAGE_HOT_ORDERS && pool->hot_count[order])
        return hot_pop(pool, order);
    if (!(pool->filled >> order))
        cool(pool);
    if (!(pool->filled >> order))
        return (struct place){NULL, 0};
    unsigned from = order + (unsigned)__builtin_ctz(pool->filled >> order);
    struct place place = place_of(pool, pool->free[from]);
    list_remove(pool, place, from);
    while (from > order) {
        from--;
        list_push(pool, (struct place){place.zone, place.number + ((uintptr_t)1 << from)}, from);
    }
    return place;
}

static void put_back(struct page_pool *pool, struct place place, unsigned order)
{
    pool->free_pages += (size_t)1 << order;
    if (order < PAGE_HOT_ORDERS && pool->hot_count[order] < PAGE_HOT_DEPTH)
        hot_push(pool, place, order);
    else
        merge(pool, place, order);
}

/* --- setting up --- */

void page_pool_init(struct page_pool *pool, size_t page_bytes, struct budget *budgets,
                    unsigned owner_count)
{
    *pool = (struct page_pool){.budgets = budgets,
                               .owner_count = owner_count,
                               .shift = (uint8_t)__builtin_ctzll(page_bytes)};
}

enum status page_pool_add(struct page_pool *pool, uintptr_t start, uintptr_t end)
{
    const uintptr_t word = sizeof(uintptr_t) - 1;
    start = (start + word) & ~word;
    uintptr_t last = end >> pool->shift; /* the first page that isn't whole */
    if (start > end || end - start < sizeof(struct page_zone))
        return ERR_NO_MEMORY;
    /* The table has a row for some pages that the table itself takes; they are few. */
    size_t rows = (end - start) >> pool->shift;
    size_t table = sizeof(struct page_zone) + rows * sizeof(struct page_state);
    if (table > end - start)
        return ERR_NO_MEMORY;
    uintptr_t first = (start + table + page_size(pool) - 1) >> pool->shift;
    if (first >= last)
        return ERR_NO_MEMORY;
    struct page_zone *zone = (struct page_zone *)start;
    memset(zone, 0, table);
    *zone = (struct page_zone){.next = pool->zones, .first = first, .count = last - first};
    pool->zones = zone;
    pool->total_pages += zone->count;
    pool->free_pages += zone->count;
    for (uintptr_t number = first; number < last;) {
        unsigned order = 0;
        while (order + 1 < PAGE_ORDERS && !(number >> order & 1) &&
               page_zone_has(zone, number, order + 1))
            order++;
        list_push(pool, (struct place){zone, number}, order);
        number += (uintptr_t)1 << order;
    }
    return OK;
}

/* --- allocating and freeing --- */

static enum status allocate(struct page_pool *pool, unsigned owner, unsigned order, void **run)
{
    if (pool->fail_at && --pool->fail_at == 0) {
        log_warning("memory", "an allocation fails, as was asked for");
        return ERR_NO_MEMORY;
    }
    struct place place = take(pool, order);
    if (!place.zone)
        return ERR_NO_MEMORY;
    pool->free_pages -= (size_t)1 << order;
    enum status status = budget_charge(&pool->budgets[owner], page_size(pool) << order);
    if (status) {
        put_back(pool, place, order);
        return status;
    }
    if (CONFIG_MEMORY_DEBUG)
        unpoison(pool, place, order);
    mark(place, PAGE_USED, order);
    page_state_at(place.zone, place.number)->owner = (uint8_t)owner;
    *run = address_of(pool, place.number);
    return OK;
}

enum status page_allocate(struct page_pool *pool, unsigned owner, unsigned order, void **run)
{
    *run = NULL;
    if (order >= PAGE_ORDERS || owner >= pool->owner_count)
        return ERR_INVALID;
    bool enabled = lock_acquire(&pool->lock);
    enum status status = allocate(pool, owner, order, run);
    lock_release(&pool->lock, enabled);
    return status;
}

/* The place of a used run of that order; its zone is NULL if `run` is none, which is told. */
static struct place find_used(struct page_pool *pool, const void *run, unsigned order)
{
    struct place place = place_of(pool, run);
    const char *error = NULL;
    if (!place.zone || address_of(pool, place.number) != run)
        error = "not a page of this board's";
    else {
        const struct page_state *state = page_state_at(place.zone, place.number);
        unsigned kind = page_kind(state);
        if (kind == PAGE_USED && page_order_at(state) == order)
            return place;
        error = kind == PAGE_USED     ? "of another order"
                : kind == PAGE_INSIDE ? "not the start of a run"
                                      : "free already";
    }
    pool->misuses++;
    log_error("memory", "run %p, order %u: %s", run, order, error);
    return (struct place){NULL, 0};
}

static enum status free_used(struct page_pool *pool, void *run, unsigned order)
{
    struct place place = find_used(pool, run, order);
    if (!place.zone)
        return ERR_INVALID;
    const struct page_state *state = page_state_at(place.zone, place.number);
    budget_credit(&pool->budgets[state->owner], page_size(pool) << order);
    if (CONFIG_MEMORY_DEBUG)
        poison(pool, place, order);
    put_back(pool, place, order);
    return OK;
}

enum status page_free(struct page_pool *pool, void *run, unsigned order)
{
    bool enabled = lock_acquire(&pool->lock);
    enum status status = free_used(pool, run, order);
    lock_release(&pool->lock, enabled);
    return status;
}

enum status page_give(struct page_pool *pool, void *run, unsigned order, unsigned owner)
{
    if (owner >= pool->owner_count)
        return ERR_INVALID;
    enum status status = ERR_INVALID;
    bool enabled = lock_acquire(&pool->lock);
    struct place place = find_used(pool, run, order);
    if (place.zone) {
        struct page_state *state = page_state_at(place.zone, place.number);
        status = budget_charge(&pool->budgets[owner], page_size(pool) << order);
        if (!status) {
            budget_credit(&pool->budgets[state->owner], page_size(pool) << order);
            state->owner = (uint8_t)owner;
        }
    }
    lock_release(&pool->lock, enabled);
    return status;
}

size_t page_free_all(struct page_pool *pool, unsigned owner)
{
    size_t before = pool->free_pages;
    for (struct page_zone *zone = pool->zones; zone; zone = zone->next)
        for (uintptr_t number = zone->first; number < zone->first + zone->count;) {
            /* What merged meanwhile leaves pages inside a run here: one at a time then. */
            const struct page_state *state = page_state_at(zone, number);
            unsigned order = page_order_at(state);
            if (page_kind(state) == PAGE_USED && state->owner == owner)
                page_free(pool, address_of(pool, number), order);
            number += (uintptr_t)1 << order;
        }
    return pool->free_pages - before;
}

bool page_is_owned(struct page_pool *pool, const void *address, unsigned owner)
{
    bool owned = false, found = false;
    const uintptr_t number = (uintptr_t)address >> pool->shift;
    bool enabled = lock_acquire(&pool->lock);
    struct page_zone *zone = page_zone_find(pool, number);
    for (unsigned order = 0; zone && !found && order < PAGE_ORDERS; order++) {
        const uintptr_t first = number >> order << order; /* of a run of that order */
        if (first < zone->first)
            break;
        const struct page_state *state = page_state_at(zone, first);
        found = page_kind(state) != PAGE_INSIDE && page_order_at(state) >= order;
        owned = found && page_kind(state) == PAGE_USED && state->owner == owner;
    }
    lock_release(&pool->lock, enabled);
    return owned;
}

unsigned page_order(const struct page_pool *pool, size_t bytes)
{
    unsigned order = 0;
    while (order < PAGE_ORDERS && page_size(pool) << order < bytes)
        order++;
    return order;
}

size_t page_largest_run(struct page_pool *pool)
{
    bool enabled = lock_acquire(&pool->lock);
    cool(pool);
    uint32_t filled = pool->filled;
    lock_release(&pool->lock, enabled);
    return filled ? page_size(pool) << (31 - __builtin_clz(filled)) : 0;
}
