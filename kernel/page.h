/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pages: runs of 2^order pages, each aligned to its size, over several regions of RAM. A binary
 * buddy system (K. C. Knowlton, "A fast storage allocator", CACM 8(10), 1965) with a list of free
 * runs for each order and a bitmap of the lists that aren't empty: allocate and free take a time
 * bounded by the number of orders, whatever is free. Short runs that come back stay whole for the
 * next who asks, so that the usual case neither splits nor merges.
 *
 *   zone:  | struct page_zone | a struct page_state for each page | pages ... |
 *
 * What the pool must remember of a page stands in the RAM that it manages; the lists' links stand
 * in the free runs themselves.
 *
 * Invariants: 1 the state of a run's first page tells its order and what it is, the others' say
 * that they are inside one; 2 a FREE run is in the list of its order, a HOT one in the stack of
 * its order, a USED one in neither; 3 the buddy of a FREE run is not a FREE run of the same order;
 * 4 bit n of `filled` is set exactly while list n is not empty.
 */
#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include <kernel/budget.h>
#include <kernel/lock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_ORDERS = 20,     /* orders are below this: a run has at most 2^19 pages */
    PAGE_HOT_ORDERS = 4,  /* runs of these orders stay whole when they come back, */
    PAGE_HOT_DEPTH = 8,   /* as many of each order as this */
    PAGE_OWNERS_MAX = 255 /* owners are numbered below this */
};

/* Kept for each page; see page.c. */
struct page_state {
    uint8_t word; /* kind, order, poisoned */
    uint8_t owner;
};

struct page_run; /* a free run: its links */

/* A span of managed RAM; lies at the span's start. */
struct page_zone {
    struct page_zone *next;
    uintptr_t first; /* number (address divided by the page's size) of the first page */
    size_t count;    /* pages */
    struct page_state states[];
};

struct page_pool {
    struct lock lock; /* held while any of it, or of the zones and budgets, changes */
    struct page_zone *zones;
    struct budget *budgets; /* one for each owner; borrowed */
    unsigned owner_count;
    uint8_t shift; /* log2 of a page's bytes */
    uint8_t hot_count[PAGE_HOT_ORDERS];
    void *hot[PAGE_HOT_ORDERS][PAGE_HOT_DEPTH];
    struct page_run *free[PAGE_ORDERS];
    uint32_t filled;
    size_t total_pages;
    size_t free_pages;   /* hot ones included */
    uint32_t fail_at;    /* the how manieth allocation from now on fails; 0: none */
    uint32_t misuses;    /* frees of what could not be freed */
    uint32_t overwrites; /* pages written after they were freed, with CONFIG_MEMORY_DEBUG */
};

/* An empty pool of pages of `page_size` bytes, a power of two of at least 64. `budgets` has a row
 * for each of the `owner_count` owners, at most PAGE_OWNERS_MAX, and is borrowed for the pool's
 * life. Boot context. */
void page_pool_init(struct page_pool *pool, size_t page_size, struct budget *budgets,
                    unsigned owner_count);

/* Hands the RAM [start, end) to the pool; what is not whole pages is left unused. ERR_NO_MEMORY if
 * it has no page besides what the pool keeps there for itself. Boot context. */
enum status page_pool_add(struct page_pool *pool, uintptr_t start, uintptr_t end);

/* Allocates 2^order pages for `owner` and stores their address in *run. Their content is undefined.
 * ERR_NO_MEMORY if there is no such run free, ERR_LIMIT if the owner's budget has no room,
 * ERR_INVALID for an order or owner that cannot be; *run is NULL then. Any context. */
enum status page_allocate(struct page_pool *pool, unsigned owner, unsigned order, void **run);

/* Frees a run of page_allocate; its owner is credited. ERR_INVALID, and a line in the log, if `run`
 * is not one: never allocated, free already, of another order. Any context. */
enum status page_free(struct page_pool *pool, void *run, unsigned order);

/* Makes `run` another owner's: charged to it, credited to the old one. ERR_INVALID as page_free,
 * ERR_LIMIT if the new owner's budget has no room; nothing changes then. Any context. */
enum status page_give(struct page_pool *pool, void *run, unsigned order, unsigned owner);

/* Frees all that `owner` holds and returns how many pages that was. Takes time for each run of the
 * pool, so it is for an owner's end. Task context. */
size_t page_free_all(struct page_pool *pool, unsigned owner);

/* Whether `address` lies in a run that `owner` holds. Any context. */
bool page_is_owned(struct page_pool *pool, const void *address, unsigned owner);

/* Bytes of a page. */
static inline size_t page_size(const struct page_pool *pool)
{
    return (size_t)1 << pool->shift;
}

/* The smallest order whose runs have `bytes` bytes; PAGE_ORDERS if there is none. */
unsigned page_order(const struct page_pool *pool, size_t bytes);

/* Bytes of the longest run that can be allocated now; 0 if none. Any context. */
size_t page_largest_run(struct page_pool *pool);

/* Holds the whole pool against the invariants above. ERR_CORRUPT, and a line in the log, for the
 * first thing that is wrong. Takes time for each run. Task context. */
enum status page_check(struct page_pool *pool);

#endif
