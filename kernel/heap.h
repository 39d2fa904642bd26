/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A heap, for set-up time: blocks of any size, in bounded time, on runs of pages of one owner. Two-
 * level segregated fit (M. Masmano, I. Ripoll, A. Crespo, J. Real, "TLSF: a new dynamic memory
 * allocator for real-time systems", ECRTS 2004): a list of free blocks for each range of sizes, the
 * ranges an eighth of a power of two wide, and two levels of bitmaps to find a list that is not
 * empty.
 *
 *   run:  | struct heap_run | (first run: struct heap) | header | block | header | block … | end |
 *
 * With CONFIG_MEMORY_DEBUG each block has a red zone after it, checked when it is freed or resized,
 * and what is freed is filled with a pattern, checked when it is used again.
 *
 * Invariants: 1 the blocks of a run follow each other without a gap, each knows the one below; 2 no
 * two free blocks are neighbours; 3 a free block is in the list of its size, a used one in none; 4
 * a bit of the bitmaps is set exactly while its list (of lists) is not empty.
 *
 * A heap is used by one task at a time, or while booting.
 */
#ifndef KERNEL_HEAP_H
#define KERNEL_HEAP_H

#include <kernel/page.h>

enum {
    HEAP_LISTS_LOG2 = 3, /* lists for each power of two */
    HEAP_LISTS = 1 << HEAP_LISTS_LOG2,
    HEAP_POWERS = 24,                   /* powers of two */
    HEAP_ALIGNMENT = 2 * sizeof(void *) /* of every block, bytes */
};

struct heap_block;

/* At the start of each run. */
struct heap_run {
    struct heap_run *next;
    size_t order;
};

struct heap {
    struct page_pool *pool; /* borrowed */
    unsigned owner;
    unsigned grow_order;   /* how long a run it asks for, if that is enough */
    struct heap_run *runs; /* its own is the last */
    size_t used;           /* bytes in blocks that are allocated */
    uint32_t damages;      /* overwritten red zones and freed blocks found */
    uint32_t powers;       /* bit n: bits of lists[n] are set */
    uint8_t lists[HEAP_POWERS];
    struct heap_block *free[HEAP_POWERS][HEAP_LISTS];
};

/* Makes a heap of the owner's pages, which begins with about `size` bytes and grows by as many. It
 * lies in its own first run. Errors of page_allocate, *heap is NULL then. */
enum status heap_create(struct page_pool *pool, unsigned owner, size_t size, struct heap **heap);

/* Frees every page of the heap, with all that was allocated in it. */
void heap_destroy(struct heap *heap);

/* Allocates `size` bytes at a multiple of `alignment`, a power of two (0: HEAP_ALIGNMENT), and
 * stores the address in *memory. Their content is undefined. ERR_INVALID for a size of 0 or an
 * alignment that is none, ERR_NO_MEMORY and ERR_LIMIT as page_allocate; *memory is NULL then. */
enum status heap_allocate(struct heap *heap, size_t size, size_t alignment, void **memory);

/* Gives *memory, which heap_allocate returned, a size of `size` bytes, and moves it if it must, to
 * a multiple of HEAP_ALIGNMENT. Errors as heap_allocate and heap_free; nothing has changed then. */
enum status heap_resize(struct heap *heap, void **memory, size_t size);

/* Frees what heap_allocate returned. ERR_INVALID, and a line in the log, if `memory` is not an
 * allocated block of this heap; ERR_CORRUPT, and a line in the log, if its red zone was written to,
 * in which case it stays allocated, as evidence. */
enum status heap_free(struct heap *heap, void *memory);

/* Holds the whole heap against the invariants above. ERR_CORRUPT, and a line in the log, for the
 * first thing that is wrong. Takes time for each block. */
enum status heap_check(struct heap *heap);

#endif
