/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's memory.
 */
#include <kernel/memory.h>

#include <kernel/log.h>

struct page_pool memory_pages;

void memory_init(void)
{
    page_pool_init(&memory_pages, board.memory_page, board.budgets,
                   (unsigned)board.service_count + 1);
    memory_pages.fail_at = CONFIG_FAIL_ALLOCATION;
    for (size_t i = 0; i < board.free_count; i++) {
        const struct memory_span *span = &board.free[i];
        if (page_pool_add(&memory_pages, (uintptr_t)span->start, (uintptr_t)span->end))
            log_info("memory", "%p to %p: too little for a page", (void *)span->start,
                     (void *)span->end);
    }
}

unsigned memory_owner(const struct service *service)
{
    return (unsigned)(service - board.services) + 1;
}
