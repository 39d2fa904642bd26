/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A heap held against its invariants (heap.h).
 */
#include <kernel/heap_block.h>
#include <kernel/log.h>

/* What the blocks say; the lists must say the same. */
struct tally {
    size_t used;
    size_t free_blocks;
};

static const char *check_block(const struct heap_block *block, struct tally *tally)
{
    if (heap_block_is_free(block)) {
        tally->free_blocks++;
        if (block->below && heap_block_is_free(block->below))
            return "two free blocks are neighbours";
        return CONFIG_MEMORY_DEBUG && !heap_poison_is_whole(block) ? "a freed block was written to"
                                                                   : NULL;
    }
    tally->used += heap_block_size(block);
    return CONFIG_MEMORY_DEBUG && !heap_red_zone_is_whole(block) ? "a red zone was written to"
                                                                 : NULL;
}

static const char *check_run(const struct heap *heap, const struct heap_run *run,
                             struct tally *tally, const void **where)
{
    const struct heap_block *block = heap_run_first(heap, run), *below = NULL;
    const struct heap_block *end = heap_run_end(heap, run);
    for (; block < end; below = block, block = heap_block_above(block)) {
        *where = block;
        if (block->below != below || heap_block_size(block) == 0 ||
            heap_block_size(block) % HEAP_ALIGNMENT ||
            heap_block_size(block) > (size_t)((const uint8_t *)end - heap_block_bytes(block)))
            return "a block's header";
        const char *error = check_block(block, tally);
        if (error)
            return error;
    }
    *where = end;
    return end->below == below && end->size == 0 ? NULL : "the end of a run";
}

/* Counts the blocks of a list; more than there are, if one of them doesn't belong there. */
static size_t count_list(const struct heap *heap, unsigned power, unsigned list, size_t most)
{
    size_t count = 0;
    const struct heap_block *previous = NULL, *block = heap->free[power][list];
    for (; block && count <= most; previous = block, block = heap_block_links(block)->next) {
        struct heap_place place = heap_place(heap_block_size(block));
        if (!heap_block_is_free(block) || place.power != power || place.list != list ||
            heap_block_links(block)->previous != previous)
            return most + 1;
        count++;
    }
    return count;
}

static const char *check_lists(const struct heap *heap, const struct tally *tally)
{
    size_t count = 0;
    for (unsigned power = 0; power < HEAP_POWERS; power++) {
        if ((heap->powers >> power & 1) != (heap->lists[power] != 0))
            return "the bitmap of powers";
        for (unsigned list = 0; list < HEAP_LISTS; list++) {
            if ((heap->lists[power] >> list & 1) != (heap->free[power][list] != NULL))
                return "a bitmap of lists";
            count += count_list(heap, power, list, tally->free_blocks);
        }
    }
    return count == tally->free_blocks ? NULL : "a list";
}

enum status heap_check(struct heap *heap)
{
    struct tally tally = {0};
    const char *error = NULL;
    const void *where = heap;
    for (const struct heap_run *run = heap->runs; run && !error; run = run->next)
        error = check_run(heap, run, &tally, &where);
    if (!error)
        error = check_lists(heap, &tally);
    if (!error && tally.used != heap->used)
        error = "the number of bytes in use";
    if (!error)
        return OK;
    log_error("memory", "the heap of %s is damaged: %s, at %p",
              heap->pool->budgets[heap->owner].owner, error, where);
    return ERR_CORRUPT;
}
