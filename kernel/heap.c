/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The heap. What a debug build checks of blocks costs time for each of their bytes.
 */
#include <kernel/heap_block.h>
#include <kernel/log.h>

enum { LEAST = HEAP_ALIGNMENT }; /* bytes of the smallest block */

/* More than this no list holds. */
static const size_t LARGEST = (size_t)HEAP_ALIGNMENT << (HEAP_POWERS + HEAP_LISTS_LOG2 - 2);

static size_t round_up(size_t size, size_t multiple)
{
    return (size + multiple - 1) & ~(multiple - 1);
}

/* The size from which on every block of its list has `size` bytes. */
static size_t round_to_list(size_t size)
{
    size_t units = size / HEAP_ALIGNMENT;
    if (units < HEAP_LISTS)
        return size;
    unsigned log2 = 63 - (unsigned)__builtin_clzll(units);
    return round_up(size, (size_t)HEAP_ALIGNMENT << (log2 - HEAP_LISTS_LOG2));
}

/* --- lists of free blocks --- */

static void insert(struct heap *heap, struct heap_block *block)
{
    struct heap_place place = heap_place(heap_block_size(block));
    struct heap_block **head = &heap->free[place.power][place.list];
    *heap_block_links(block) = (struct heap_links){.next = *head};
    if (*head)
        heap_block_links(*head)->previous = block;
    *head = block;
    heap->lists[place.power] |= (uint8_t)(1u << place.list);
    heap->powers |= UINT32_C(1) << place.power;
    block->size |= HEAP_FREE;
}

static void take_out(struct heap *heap, struct heap_block *block)
{
    struct heap_place place = heap_place(heap_block_size(block));
    struct heap_links links = *heap_block_links(block);
    if (links.next)
        heap_block_links(links.next)->previous = links.previous;
    if (links.previous)
        heap_block_links(links.previous)->next = links.next;
    else
        heap->free[place.power][place.list] = links.next;
    if (!heap->free[place.power][place.list])
        heap->lists[place.power] &= (uint8_t) ~(1u << place.list);
    if (!heap->lists[place.power])
        heap->powers &= ~(UINT32_C(1) << place.power);
    block->size &= ~(size_t)HEAP_FREE;
}

/* A free block of `size` bytes or more, taken out of its list; NULL if there is none. */
static struct heap_block *find(struct heap *heap, size_t size)
{
    struct heap_place place = heap_place(round_to_list(size));
    if (place.power >= HEAP_POWERS)
        return NULL;
    unsigned lists = heap->lists[place.power] & ~0u << place.list;
    if (!lists) {
        uint32_t powers = heap->powers & ~UINT32_C(1) << place.power;
        if (!powers)
            return NULL;
        place.power = (unsigned)__builtin_ctz(powers);
        lists = heap->lists[place.power];
    }
    struct heap_block *block = heap->free[place.power][__builtin_ctz(lists)];
    take_out(heap, block);
    if (CONFIG_MEMORY_DEBUG && !heap_poison_is_whole(block)) {
        heap->damages++;
        log_error("memory", "block %p of %s was written to after it was freed",
                  (void *)heap_block_bytes(block), heap->pool->budgets[heap->owner].owner);
    }
    return block;
}

/* --- splitting and merging; blocks that are in no list --- */

/* Makes one block of `low` and the one above it. */
static void join(struct heap_block *low)
{
    low->size += sizeof(*low) + heap_block_size(heap_block_above(low));
    heap_block_above(low)->below = low;
}

/* Frees the block: joins it with free neighbours, and lists what comes of it. */
static struct heap_block *release(struct heap *heap, struct heap_block *block)
{
    struct heap_block *above = heap_block_above(block);
    if (heap_block_is_free(above)) {
        take_out(heap, above);
        join(block);
    }
    if (block->below && heap_block_is_free(block->below)) {
        block = block->below;
        take_out(heap, block);
        join(block);
    }
    if (CONFIG_MEMORY_DEBUG)
        memset(heap_block_bytes(block), HEAP_POISON, heap_block_size(block));
    insert(heap, block);
    return block;
}

/* Divides the block after `size` bytes, if what is left there is enough for another. Returns that,
 * or NULL. */
static struct heap_block *divide(struct heap_block *block, size_t size)
{
    size_t rest = heap_block_size(block) - size;
    if (rest < sizeof(*block) + LEAST)
        return NULL;
    block->size = size;
    struct heap_block *high = heap_block_above(block);
    high->below = block;
    high->size = rest - sizeof(*block);
    heap_block_above(high)->below = high;
    return high;
}

static void trim(struct heap *heap, struct heap_block *block, size_t size)
{
    struct heap_block *rest = divide(block, size);
    if (rest)
        release(heap, rest);
}

/* --- runs of pages --- */

static void run_begin(struct heap *heap, struct heap_run *run, unsigned order)
{
    *run = (struct heap_run){.next = heap->runs, .order = order};
    heap->runs = run;
    struct heap_block *block = heap_run_first(heap, run), *end = heap_run_end(heap, run);
    *block = (struct heap_block){.size = (size_t)((uint8_t *)end - heap_block_bytes(block))};
    *end = (struct heap_block){.below = block};
    release(heap, block);
}

/* One more run, which has a block of `size` bytes for find. */
static enum status grow(struct heap *heap, size_t size)
{
    size_t whole = round_to_list(size) + sizeof(struct heap_run) + 2 * sizeof(struct heap_block) +
                   HEAP_ALIGNMENT;
    unsigned order = page_order(heap->pool, whole);
    if (order == PAGE_ORDERS)
        return ERR_NO_MEMORY;
    unsigned longer = order < heap->grow_order ? heap->grow_order : order;
    void *run;
    enum status status = page_allocate(heap->pool, heap->owner, longer, &run);
    if (status && order < longer) {
        longer = order;
        status = page_allocate(heap->pool, heap->owner, order, &run);
    }
    if (!status)
        run_begin(heap, run, longer);
    return status;
}

/* Gives a run back of which nothing is used; the heap's own stays. */
static void run_end(struct heap *heap, struct heap_block *block)
{
    if (block->below || heap_block_size(heap_block_above(block)))
        return;
    struct heap_run **link = &heap->runs;
    while (heap_run_first(heap, *link) != block)
        link = &(*link)->next;
    struct heap_run *run = *link;
    if (!run->next)
        return;
    take_out(heap, block);
    *link = run->next;
    page_free(heap->pool, run, (unsigned)run->order);
}

enum status heap_create(struct page_pool *pool, unsigned owner, size_t size, struct heap **heap)
{
    *heap = NULL;
    const size_t own = sizeof(struct heap_run) + sizeof(struct heap) +
                       2 * sizeof(struct heap_block) + 2 * HEAP_ALIGNMENT;
    unsigned order = size <= LARGEST / 2 ? page_order(pool, size + own) : PAGE_ORDERS;
    if (order == PAGE_ORDERS)
        return ERR_NO_MEMORY;
    void *run;
    enum status status = page_allocate(pool, owner, order, &run);
    if (status)
        return status;
    *heap = (struct heap *)((struct heap_run *)run + 1);
    memset(*heap, 0, sizeof(**heap));
    (*heap)->pool = pool;
    (*heap)->owner = owner;
    (*heap)->grow_order = order;
    run_begin(*heap, run, order);
    return OK;
}

void heap_destroy(struct heap *heap)
{
    struct page_pool *pool = heap->pool;
    for (struct heap_run *run = heap->runs, *next; run; run = next) {
        next = run->next;
        page_free(pool, run, (unsigned)run->order);
    }
}

/* --- allocating and freeing --- */

/* Bytes of a block for `size` bytes; 0 if there can be none. */
static size_t block_bytes(size_t size)
{
    return size == 0 || size > LARGEST / 2 ? 0 : round_up(size + HEAP_RED_ZONE, HEAP_ALIGNMENT);
}

static void hand_out(struct heap *heap, struct heap_block *block, size_t size)
{
    heap->used += heap_block_size(block);
    if (!CONFIG_MEMORY_DEBUG)
        return;
    block->asked[0] = size;
    memset(heap_block_bytes(block) + size, HEAP_RED, heap_block_size(block) - size);
}

enum status heap_allocate(struct heap *heap, size_t size, size_t alignment, void **memory)
{
    *memory = NULL;
    if (size == 0 || (alignment & (alignment - 1)) != 0)
        return ERR_INVALID;
    size_t bytes = block_bytes(size);
    size_t room = alignment > HEAP_ALIGNMENT ? alignment + sizeof(struct heap_block) : 0;
    if (bytes == 0 || alignment > LARGEST / 4)
        return ERR_NO_MEMORY;
    struct heap_block *block = find(heap, bytes + room);
    if (!block) {
        enum status status = grow(heap, bytes + room);
        if (status)
            return status;
        block = find(heap, bytes + room);
    }
    uintptr_t address = (uintptr_t)heap_block_bytes(block);
    if (room && address & (alignment - 1)) {
        /* What is before the aligned bytes becomes a block of its own, with a header between. */
        uintptr_t start = round_up(address + sizeof(*block) + LEAST, alignment);
        struct heap_block *aligned = divide(block, start - sizeof(*block) - address);
        release(heap, block);
        block = aligned;
    }
    trim(heap, block, bytes);
    hand_out(heap, block, size);
    *memory = heap_block_bytes(block);
    return OK;
}

/* The allocated block whose bytes are at `memory`; NULL if there is none, which is told. */
static struct heap_block *find_used(struct heap *heap, const void *memory)
{
    struct heap_block *block = (struct heap_block *)((uintptr_t)memory - sizeof(*block));
    const struct heap_run *run = heap->runs;
    const char *error = NULL;
    while (run && (block < heap_run_first(heap, run) || block >= heap_run_end(heap, run)))
        run = run->next;
    if (!run || (uintptr_t)memory % HEAP_ALIGNMENT)
        error = "not of this heap";
    else if (heap_block_is_free(block))
        error = "free already";
    else if (heap_block_size(block) % HEAP_ALIGNMENT ||
             heap_block_size(block) >
                 (size_t)((uint8_t *)heap_run_end(heap, run) - (const uint8_t *)memory) ||
             heap_block_above(block)->below != block)
        error = "not the start of a block, or its header is overwritten";
    else
        return block;
    log_error("memory", "block %p: %s", memory, error);
    return NULL;
}

static enum status check_red_zone(struct heap *heap, const struct heap_block *block)
{
    if (!CONFIG_MEMORY_DEBUG || heap_red_zone_is_whole(block))
        return OK;
    heap->damages++;
    log_error("memory", "block %p of %s: the red zone after its %zu bytes was written to",
              (void *)heap_block_bytes(block), heap->pool->budgets[heap->owner].owner,
              block->asked[0]);
    return ERR_CORRUPT;
}

enum status heap_free(struct heap *heap, void *memory)
{
    struct heap_block *block = find_used(heap, memory);
    if (!block)
        return ERR_INVALID;
    enum status status = check_red_zone(heap, block);
    if (status)
        return status;
    heap->used -= heap_block_size(block);
    run_end(heap, release(heap, block));
    return OK;
}

static enum status move(struct heap *heap, struct heap_block *block, void **memory, size_t size)
{
    void *moved;
    enum status status = heap_allocate(heap, size, 0, &moved);
    if (status)
        return status;
    size_t bytes = heap_block_size(block) - HEAP_RED_ZONE;
    memcpy(moved, *memory, bytes < size ? bytes : size);
    heap_free(heap, *memory);
    *memory = moved;
    return OK;
}

enum status heap_resize(struct heap *heap, void **memory, size_t size)
{
    struct heap_block *block = find_used(heap, *memory);
    if (!block || size == 0)
        return ERR_INVALID;
    enum status status = check_red_zone(heap, block);
    if (status)
        return status;
    size_t bytes = block_bytes(size);
    if (bytes == 0)
        return ERR_NO_MEMORY;
    struct heap_block *above = heap_block_above(block);
    size_t has = heap_block_size(block);
    size_t reach = has + sizeof(*block) + heap_block_size(above);
    if (bytes > has && (!heap_block_is_free(above) || bytes > reach))
        return move(heap, block, memory, size);
    heap->used -= has;
    if (bytes > has) {
        take_out(heap, above);
        join(block);
    }
    trim(heap, block, bytes);
    hand_out(heap, block, size);
    return OK;
}
