/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What heap.c and heap_check.c share: blocks, and the lists they belong in.
 */
#ifndef KERNEL_HEAP_BLOCK_H
#define KERNEL_HEAP_BLOCK_H

#include <kernel/heap.h>
#include <stddef.h>
#include <string.h>

enum {
    HEAP_FREE = 1, /* bit of heap_block.size */
    HEAP_DEBUG_WORDS = CONFIG_MEMORY_DEBUG ? 2 : 0,
    HEAP_RED_ZONE = CONFIG_MEMORY_DEBUG ? HEAP_ALIGNMENT : 0, /* bytes at least */
    HEAP_RED = 0xfd,
    HEAP_POISON = 0xa5
};

/* A block's header, before its bytes. The run's end is a header of size 0. */
struct heap_block {
    struct heap_block *below;
    size_t size;                    /* bytes, a multiple of HEAP_ALIGNMENT; and HEAP_FREE */
    size_t asked[HEAP_DEBUG_WORDS]; /* [0]: bytes without the red zone */
};

/* In the bytes of a free block. */
struct heap_links {
    struct heap_block *next;
    struct heap_block *previous;
};

_Static_assert(sizeof(struct heap_block) % HEAP_ALIGNMENT == 0, "blocks are aligned");
_Static_assert(sizeof(struct heap_links) <= HEAP_ALIGNMENT, "the least block has its links");

/* The list that blocks of a size belong in. */
struct heap_place {
    unsigned power, list;
};

static inline struct heap_place heap_place(size_t size)
{
    size_t units = size / HEAP_ALIGNMENT;
    if (units < HEAP_LISTS)
        return (struct heap_place){0, (unsigned)units};
    unsigned log2 = 63 - (unsigned)__builtin_clzll(units);
    return (struct heap_place){log2 - HEAP_LISTS_LOG2 + 1,
                               (unsigned)(units >> (log2 - HEAP_LISTS_LOG2)) & (HEAP_LISTS - 1)};
}

static inline size_t heap_block_size(const struct heap_block *block)
{
    return block->size & ~(size_t)HEAP_FREE;
}

static inline bool heap_block_is_free(const struct heap_block *block)
{
    return block->size & HEAP_FREE;
}

static inline uint8_t *heap_block_bytes(const struct heap_block *block)
{
    return (uint8_t *)(uintptr_t)(block + 1);
}

static inline struct heap_block *heap_block_above(const struct heap_block *block)
{
    return (struct heap_block *)(heap_block_bytes(block) + heap_block_size(block));
}

static inline struct heap_links *heap_block_links(const struct heap_block *block)
{
    return (struct heap_links *)heap_block_bytes(block);
}

static inline struct heap_block *heap_run_first(const struct heap *heap, const struct heap_run *run)
{
    size_t own = sizeof(*run) + (run->next ? 0 : sizeof(*heap));
    own = (own + HEAP_ALIGNMENT - 1) & ~(size_t)(HEAP_ALIGNMENT - 1);
    return (struct heap_block *)((uintptr_t)run + own);
}

static inline struct heap_block *heap_run_end(const struct heap *heap, const struct heap_run *run)
{
    uintptr_t end = (uintptr_t)run + (page_size(heap->pool) << run->order);
    return (struct heap_block *)end - 1;
}

/* True if `count` bytes all have `value`. */
static inline bool heap_bytes_are(const uint8_t *bytes, size_t count, uint8_t value)
{
    return count == 0 || (bytes[0] == value && memcmp(bytes, bytes + 1, count - 1) == 0);
}

/* True if nobody wrote beyond what was asked for. Only with CONFIG_MEMORY_DEBUG. */
static inline bool heap_red_zone_is_whole(const struct heap_block *block)
{
    size_t size = heap_block_size(block), asked = block->asked[0];
    return asked <= size && heap_bytes_are(heap_block_bytes(block) + asked, size - asked, HEAP_RED);
}

/* True if nobody wrote to a free block. Only with CONFIG_MEMORY_DEBUG. */
static inline bool heap_poison_is_whole(const struct heap_block *block)
{
    return heap_bytes_are(heap_block_bytes(block) + sizeof(struct heap_links),
                          heap_block_size(block) - sizeof(struct heap_links), HEAP_POISON);
}

#endif
