/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The board's memory: all RAM that the image leaves free, given out in pages (page.h) to the kernel
 * and the services, each within its budget (`memory:` in the board file).
 */
#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include <kernel/board.h>
#include <kernel/page.h>

enum { MEMORY_KERNEL = 0 }; /* the kernel's own number as an owner */

/* The board's pages. */
extern struct page_pool memory_pages;

/* Takes over the board's free RAM. Boot context, before anything allocates. */
void memory_init(void);

/* The service's number as an owner of memory_pages. Any context. */
unsigned memory_owner(const struct service *service);

#endif
