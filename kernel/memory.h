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

/* RAM that there is. */
struct memory_range {
    uint64_t base;
    uint64_t size; /* bytes */
};

/* Says which RAM there is: that of these ranges, in any order. What the board's file has and they
 * have not is reported in the name of `module` and is not given out; of more than MEMORY_ABSENT
 * such gaps, neither is what lies between the last of them. Sets the profile's memory. Boot
 * context, before memory_init. */
void memory_found(const char *module, const struct memory_range *ranges, size_t count);

/* Takes over the board's free RAM. Boot context, before anything allocates. */
void memory_init(void);

/* The service's number as an owner of memory_pages. Any context. */
unsigned memory_owner(const struct service *service);

#endif
