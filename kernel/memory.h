/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's memory: all RAM that the image leaves free, given out in pages (page.h) to the kernel
 * and the services, each within its budget (`memory:` in the board file).
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <kernel/board.h>
#include <kernel/page.h>

enum {
    MEMORY_KERNEL = 0, /* the kernel's own number as an owner */
    MEMORY_ABSENT = 8,
};

/* The board's pages. */
extern struct page_pool memory_pages;

/* Says that from `start` to `end` there is no memory, whatever the board's file says: none of it is
 * given out. At most MEMORY_ABSENT times; what is beyond that is ERR_LIMIT. Boot context, before
 * memory_init. */
enum status memory_absent(uintptr_t start, uintptr_t end);

/* Takes over the board's free RAM. Boot context, before anything allocates. */
void memory_init(void);

/* The service's number as an owner of memory_pages. Any context. */
unsigned memory_owner(const struct service *service);

#endif
