/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's memory.
 */
#include <kernel/memory.h>

#include <kernel/log.h>
#include <kernel/profile.h>

struct page_pool memory_pages;

/* Volatile: a test changes it in the built image, for a run with each number. */
static const volatile uint32_t fail_at = CONFIG_FAIL_ALLOCATION;

static struct {
    uintptr_t start, end;
} absent[MEMORY_ABSENT];
static size_t absent_count;

/* Regions are found in the order of their addresses, and so are their gaps. */
static void add_absent(uintptr_t start, uintptr_t end)
{
    if (absent_count < MEMORY_ABSENT)
        absent[absent_count++].start = start;
    absent[absent_count - 1].end = end;
}

/* Where what is so at `at`, that there is RAM or that there is none, ends; at the latest at `end`.
 */
static uint64_t range_end(const struct memory_range *ranges, size_t count, uint64_t at,
                          uint64_t end, bool *is_there)
{
    *is_there = false;
    for (size_t i = 0; i < count; i++) {
        uint64_t base = ranges[i].base, behind = base + ranges[i].size;
        if (base <= at && at < behind) {
            *is_there = true;
            return behind < end ? behind : end;
        }
        if (base > at && base < end && ranges[i].size)
            end = base;
    }
    return end;
}

void memory_found(const char *module, const struct memory_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        profile.memory += ranges[i].size;
    for (size_t i = 0; i < board.region_count; i++) {
        const struct memory_region *region = &board.regions[i];
        uint64_t at = region->base, next, end = at + region->size;
        for (; region->kind == MEMORY_RAM && at < end; at = next) {
            bool is_there;
            next = range_end(ranges, count, at, end, &is_there);
            if (is_there)
                continue;
            add_absent((uintptr_t)at, (uintptr_t)next);
            profile_differs(module, "no memory from %p to %p, where the board file has %s",
                            (void *)(uintptr_t)at, (void *)(uintptr_t)(next - 1), region->name);
        }
    }
}

/* Gives the pool what is there of [start, end), the absent spans before `first` aside. */
static void add_present(uintptr_t start, uintptr_t end, size_t first)
{
    for (size_t i = first; i < absent_count; i++) {
        if (absent[i].end <= start || absent[i].start >= end)
            continue;
        if (absent[i].start > start)
            add_present(start, absent[i].start, i + 1);
        if (absent[i].end < end)
            add_present(absent[i].end, end, i + 1);
        return;
    }
    if (page_pool_add(&memory_pages, start, end))
        log_info("memory", "%p to %p: too little for a page", (void *)start, (void *)end);
}

void memory_init(void)
{
    page_pool_init(&memory_pages, board.memory_page, board.budgets,
                   (unsigned)board.service_count + 1);
    memory_pages.fail_at = fail_at;
    for (size_t i = 0; i < board.free_count; i++) {
        const struct memory_span *span = &board.free[i];
        add_present((uintptr_t)span->start, (uintptr_t)span->end, 0);
    }
}

unsigned memory_owner(const struct service *service)
{
    return (unsigned)(service - board.services) + 1;
}
