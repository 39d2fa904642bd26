/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See memory.h.
 */
#include <services/cells/memory.h>

#include <string.h>

enum {
    LARGE = 16 * 1024, /* bytes: from here on a block has pages of its own */
    HEAP_FIRST = 1024, /* bytes that a heap begins with, and grows by */
};

static void *resize_block(void *context, void *block, size_t old_size, size_t new_size)
{
    return cell_memory_resize(context, block, old_size, new_size);
}

void cell_memory_init(struct cell_memory *memory, struct page_pool *pool, unsigned owner,
                      const char *name, size_t limit, struct budget *shared)
{
    *memory = (struct cell_memory){
        .pool = pool, .owner = owner, .own = {.owner = name, .limit = limit}, .shared = shared};
    memory->allocator = (struct wasm_allocator){resize_block, memory};
}

void cell_memory_share(struct cell_memory *memory, struct budget *shared)
{
    if (memory->shared)
        budget_credit(memory->shared, memory->own.used);
    if (shared)
        shared->used += memory->own.used;
    memory->shared = shared;
}

void cell_memory_fini(struct cell_memory *memory)
{
    if (memory->heap)
        heap_destroy(memory->heap);
    memory->heap = NULL;
    if (memory->shared)
        budget_credit(memory->shared, memory->own.used);
    memory->own.used = 0;
}

/* What a block of `size` bytes takes: 0 where there can be none. */
static size_t footprint(const struct cell_memory *memory, size_t size)
{
    if (size < LARGE)
        return (size + HEAP_ALIGNMENT - 1) & ~(size_t)(HEAP_ALIGNMENT - 1);
    unsigned order = page_order(memory->pool, size);
    return order == PAGE_ORDERS ? 0 : page_size(memory->pool) << order;
}

static enum status charge(struct cell_memory *memory, size_t bytes)
{
    enum status status = budget_charge(&memory->own, bytes);
    if (status) {
        memory->shortage = SHORT_OWN;
    } else if (memory->shared) {
        status = budget_charge(memory->shared, bytes);
        if (status) {
            memory->shortage = SHORT_SHARED;
            budget_credit(&memory->own, bytes);
        }
    }
    return status;
}

static void credit(struct cell_memory *memory, size_t bytes)
{
    budget_credit(&memory->own, bytes);
    if (memory->shared)
        budget_credit(memory->shared, bytes);
}

static void *take(struct cell_memory *memory, size_t size)
{
    void *block = NULL;
    if (size >= LARGE) {
        page_allocate(memory->pool, memory->owner, page_order(memory->pool, size), &block);
        return block;
    }
    if (!memory->heap && heap_create(memory->pool, memory->owner, HEAP_FIRST, &memory->heap))
        return NULL;
    heap_allocate(memory->heap, size, 0, &block);
    return block;
}

static void give_back(struct cell_memory *memory, void *block, size_t size)
{
    if (size >= LARGE)
        page_free(memory->pool, block, page_order(memory->pool, size));
    else
        heap_free(memory->heap, block);
}

/* Where the old and the new block lie alike, in place or moved by the heap. */
static bool resized_alike(struct cell_memory *memory, void **block, size_t old_size,
                          size_t new_size)
{
    if (old_size >= LARGE)
        return new_size >= LARGE && footprint(memory, old_size) == footprint(memory, new_size);
    return new_size < LARGE && heap_resize(memory->heap, block, new_size) == OK;
}

/* The new block, with the old one's content; the old one is gone then. */
static void *moved(struct cell_memory *memory, void *block, size_t old_size, size_t new_size)
{
    if (block && resized_alike(memory, &block, old_size, new_size))
        return block;
    void *bigger = take(memory, new_size);
    if (bigger && block) {
        memcpy(bigger, block, old_size < new_size ? old_size : new_size);
        give_back(memory, block, old_size);
    }
    return bigger;
}

void *cell_memory_resize(struct cell_memory *memory, void *block, size_t old_size, size_t new_size)
{
    size_t before = block ? footprint(memory, old_size) : 0, after = footprint(memory, new_size);
    if (new_size == 0) {
        if (block)
            give_back(memory, block, old_size);
        credit(memory, before);
        return NULL;
    }
    if (after == 0)
        memory->shortage = SHORT_NODE;
    if (after == 0 || (after > before && charge(memory, after - before)))
        return NULL;
    void *result = moved(memory, block, old_size, new_size);
    if (!result && after > before) {
        credit(memory, after - before);
        memory->shortage = SHORT_NODE;
    }
    if (result && after < before)
        credit(memory, before - after);
    return result;
}
