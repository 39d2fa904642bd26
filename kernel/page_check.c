/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A page pool held against its invariants (page.h).
 */
#include <kernel/log.h>
#include <kernel/page_state.h>

/* What the zones' states say; the lists and budgets must say the same. */
struct tally {
    size_t runs[PAGE_ORDERS];         /* FREE, by order */
    size_t hot_runs[PAGE_HOT_ORDERS]; /* HOT, by order */
    size_t free_pages;
    size_t used_pages;
};

/* Returns what is wrong with the run that begins at `number`, or NULL. */
static const char *check_run(struct page_zone *zone, uintptr_t number, struct tally *tally)
{
    const struct page_state *state = page_state_at(zone, number);
    unsigned kind = page_kind(state), order = page_order_at(state);
    size_t pages = (size_t)1 << order;
    if (kind == PAGE_INSIDE)
        return "a page of no run";
    if (order >= PAGE_ORDERS || number & (pages - 1) || !page_zone_has(zone, number, order))
        return "a run that cannot be here";
    for (size_t i = 1; i < pages; i++)
        if (page_kind(page_state_at(zone, number + i)) != PAGE_INSIDE)
            return "a run in a run";
    if (kind == PAGE_USED) {
        tally->used_pages += pages;
        return NULL;
    }
    tally->free_pages += pages;
    if (kind == PAGE_HOT) {
        if (order >= PAGE_HOT_ORDERS)
            return "a run too long to be hot";
        tally->hot_runs[order]++;
        return NULL;
    }
    tally->runs[order]++;
    uintptr_t buddy = number ^ pages;
    if (order + 1 < PAGE_ORDERS && page_zone_has(zone, buddy, order) &&
        (page_state_at(zone, buddy)->word & (PAGE_KIND | PAGE_ORDER)) == (PAGE_FREE | order))
        return "two free buddies";
    return NULL;
}

/* True if there is such a run. */
static bool is_run(const struct page_pool *pool, const void *run, unsigned kind, unsigned order)
{
    uintptr_t number = (uintptr_t)run >> pool->shift;
    struct page_zone *zone = page_zone_find(pool, number);
    return zone && page_kind(page_state_at(zone, number)) == kind &&
           page_order_at(page_state_at(zone, number)) == order;
}

static bool check_list(const struct page_pool *pool, unsigned order, size_t count)
{
    const struct page_run *run = pool->free[order];
    for (; run && count; run = run->next, count--)
        if (!is_run(pool, run, PAGE_FREE, order))
            return false;
    return !run && !count && (pool->filled >> order & 1) == (pool->free[order] != NULL);
}

static bool check_hot(const struct page_pool *pool, unsigned order, size_t count)
{
    for (unsigned i = 0; i < pool->hot_count[order]; i++)
        if (!is_run(pool, pool->hot[order][i], PAGE_HOT, order))
            return false;
    return pool->hot_count[order] == count;
}

static const char *check_lists(const struct page_pool *pool, const struct tally *tally)
{
    for (unsigned order = 0; order < PAGE_ORDERS; order++) {
        if (!check_list(pool, order, tally->runs[order]))
            return "a list of free runs";
        if (order < PAGE_HOT_ORDERS && !check_hot(pool, order, tally->hot_runs[order]))
            return "a stack of hot runs";
    }
    return NULL;
}

static const char *check_totals(const struct page_pool *pool, const struct tally *tally)
{
    size_t charged = 0;
    for (unsigned i = 0; i < pool->owner_count; i++)
        charged += pool->budgets[i].used;
    if (tally->free_pages != pool->free_pages)
        return "the number of free pages";
    if (tally->free_pages + tally->used_pages != pool->total_pages)
        return "the number of pages";
    if (tally->used_pages << pool->shift != charged)
        return "the budgets";
    return NULL;
}

static const char *check_pool(struct page_pool *pool, uintptr_t *where)
{
    struct tally tally = {0};
    for (struct page_zone *zone = pool->zones; zone; zone = zone->next)
        for (uintptr_t number = zone->first; number < zone->first + zone->count;) {
            const char *error = check_run(zone, number, &tally);
            *where = number << pool->shift;
            if (error)
                return error;
            number += (uintptr_t)1 << page_order_at(page_state_at(zone, number));
        }
    *where = 0;
    const char *error = check_lists(pool, &tally);
    return error ? error : check_totals(pool, &tally);
}

enum status page_check(struct page_pool *pool)
{
    uintptr_t where = 0;
    bool enabled = lock_acquire(&pool->lock);
    const char *error = check_pool(pool, &where);
    lock_release(&pool->lock, enabled);
    if (!error)
        return OK;
    log_error("memory", "the page pool is damaged: %s, at %p", error, (void *)where);
    return ERR_CORRUPT;
}
