/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The memory of one cell or module: an allocator for the engine that charges what it gives out to
 * two budgets, its own and its namespace's. Small blocks lie in a heap of their own, large ones
 * (linear memories) in runs of pages, so that everything comes back at once when the owner ends.
 *
 * Invariant: both budgets have charged footprint(size) of every block that is out. Task context, by
 * the service's task only.
 */
#ifndef CELLS_MEMORY_H
#define CELLS_MEMORY_H

#include <kernel/budget.h>
#include <kernel/heap.h>
#include <services/wasm/wasm.h>

/* Who has no more memory: its own limit, its namespace's quota, the node. */
enum cell_shortage { SHORT_NOTHING, SHORT_OWN, SHORT_SHARED, SHORT_NODE };

struct cell_memory {
    struct wasm_allocator allocator; /* its context is this */
    struct page_pool *pool;          /* borrowed */
    unsigned owner;                  /* of the pages */
    struct heap *heap;               /* of small blocks; NULL while there are none */
    struct budget own;
    struct budget *shared;       /* the namespace's, or NULL; borrowed */
    enum cell_shortage shortage; /* why a block was refused last */
};

/* An empty memory of at most `limit` bytes. `name` and `shared` are borrowed for its life. */
void cell_memory_init(struct cell_memory *memory, struct page_pool *pool, unsigned owner,
                      const char *name, size_t limit, struct budget *shared);

/* What it holds counts on `shared` from now on, even beyond its limit; NULL: on nothing shared. */
void cell_memory_share(struct cell_memory *memory, struct budget *shared);

/* Gives back the heap with all that is in it. Blocks of pages must have been freed before. */
void cell_memory_fini(struct cell_memory *memory);

/* As wasm_allocator's resize. NULL for a size other than 0: there is no more. */
void *cell_memory_resize(struct cell_memory *memory, void *block, size_t old_size, size_t new_size);

#endif
