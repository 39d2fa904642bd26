/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's memory.
 */
#include <kernel/memory.h>

#include <kernel/log.h>

struct page_pool memory_pages;

static struct {
    uintptr_t start, end;
} absent[MEMORY_ABSENT];
static size_t absent_count;

enum status memory_absent(uintptr_t start, uintptr_t end)
{
    if (absent_count == MEMORY_ABSENT)
        return ERR_LIMIT;
    absent[absent_count].start = start;
    absent[absent_count].end = end;
    absent_count++;
    return OK;
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
    memory_pages.fail_at = CONFIG_FAIL_ALLOCATION;
    for (size_t i = 0; i < board.free_count; i++) {
        const struct memory_span *span = &board.free[i];
        add_present((uintptr_t)span->start, (uintptr_t)span->end, 0);
    }
}

unsigned memory_owner(const struct service *service)
{
    return (unsigned)(service - board.services) + 1;
}
