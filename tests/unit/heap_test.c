/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/heap.c kernel/heap_check.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: kernel/interrupt.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S kernel/harmony.c
// link: kernel/channel.c kernel/capability.c tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The heap under random operations whose contents are checked; each misuse; and memory that is
 * short at every allocation of pages.
 */
#include "kernel_fake.h"

#include <kernel/heap_block.h>
#include <kernel/log.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 1024, PAGES = 768, BLOCKS = 200, STEPS = 20000, SEEDS = 8, OWNER = 1 };

static uint8_t ram[PAGES * PAGE] __attribute__((aligned(65536)));
static struct budget budgets[2];
static struct page_pool pool;
static struct heap *heap;

static struct {
    uint8_t *bytes; /* NULL: not allocated */
    size_t size;
} blocks[BLOCKS];

static int setup(void **state)
{
    (void)state;
    fake_reset();
    log_drain(); /* what an earlier test left */
    budgets[0] = (struct budget){.owner = "kernel", .limit = SIZE_MAX};
    budgets[1] = (struct budget){.owner = "shell", .limit = 600 * PAGE};
    memset(blocks, 0, sizeof(blocks));
    page_pool_init(&pool, PAGE, budgets, 2);
    assert_int_equal(page_pool_add(&pool, (uintptr_t)ram, (uintptr_t)ram + sizeof(ram)), OK);
    assert_int_equal(heap_create(&pool, OWNER, 8000, &heap), OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    heap_destroy(heap);
    assert_int_equal(budgets[OWNER].used, 0);
    assert_int_equal(page_check(&pool), OK);
    return 0;
}

static bool logged(const char *text)
{
    log_drain();
    return strstr(fake_output, text) != NULL;
}

static void fill(size_t i)
{
    memset(blocks[i].bytes, (int)(i + 1), blocks[i].size);
}

static void see_content(size_t i, size_t size)
{
    for (size_t at = 0; at < size; at++)
        assert_int_equal(blocks[i].bytes[at], (uint8_t)(i + 1));
}

/* Mostly small, now and then as large as several pages. */
static size_t random_size(void)
{
    unsigned log2 = (unsigned)rand() % 13;
    return 1 + (size_t)rand() % ((size_t)1 << log2);
}

static void step(size_t i)
{
    void *memory = blocks[i].bytes;
    if (!memory) {
        size_t alignment = rand() % 3 ? 0 : (size_t)1 << rand() % 13, size = random_size();
        enum status status = heap_allocate(heap, size, alignment, &memory);
        if (status) {
            assert_null(memory);
            return;
        }
        assert_int_equal((uintptr_t)memory % (alignment ? alignment : HEAP_ALIGNMENT), 0);
        blocks[i].bytes = memory;
        blocks[i].size = size;
        fill(i);
        return;
    }
    see_content(i, blocks[i].size);
    if (rand() % 3) {
        assert_int_equal(heap_free(heap, memory), OK);
        blocks[i].bytes = NULL;
        return;
    }
    size_t size = random_size(), kept = size < blocks[i].size ? size : blocks[i].size;
    if (heap_resize(heap, &memory, size)) {
        see_content(i, blocks[i].size);
        return;
    }
    blocks[i].bytes = memory;
    blocks[i].size = size;
    see_content(i, kept);
    fill(i);
}

static void free_all(void)
{
    for (size_t i = 0; i < BLOCKS; i++)
        if (blocks[i].bytes)
            assert_int_equal(heap_free(heap, blocks[i].bytes), OK);
    memset(blocks, 0, sizeof(blocks));
}

static void contents_survive_random_operations(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %u\n", seed);
        setup(state);
        if (seed % 2)
            budgets[OWNER].limit = 100 * PAGE; /* often too little */
        srand(seed);
        for (unsigned i = 0; i < STEPS; i++) {
            step((size_t)rand() % BLOCKS);
            if (i % 101 == 0)
                assert_int_equal(heap_check(heap), OK);
        }
        free_all();
        assert_int_equal(heap_check(heap), OK);
        assert_int_equal(heap->used, 0);
        assert_int_equal(heap->damages, 0);
        assert_null(heap->runs->next); /* what grew is given back */
        assert_int_equal(budgets[OWNER].used, (size_t)PAGE << heap->runs->order);
        teardown(state);
    }
}

static void misuse_is_refused_and_told(void **state)
{
    (void)state;
    void *memory, *other;
    assert_int_equal(heap_allocate(heap, 100, 0, &memory), OK);
    assert_int_equal(heap_allocate(heap, 100, 0, &other), OK);
    uint8_t *bytes = memory;
    memset(bytes, 0, 100);
    assert_int_equal(heap_free(heap, bytes + HEAP_ALIGNMENT), ERR_INVALID);
    assert_true(logged("not the start of a block"));
    assert_int_equal(heap_free(heap, bytes + 1), ERR_INVALID);
    assert_int_equal(heap_free(heap, NULL), ERR_INVALID);
    assert_int_equal(heap_free(heap, &memory), ERR_INVALID);
    assert_true(logged("not of this heap"));
    assert_int_equal(heap_resize(heap, &memory, 0), ERR_INVALID);
    assert_int_equal(heap_free(heap, memory), OK);
    assert_int_equal(heap_free(heap, memory), ERR_INVALID);
    assert_int_equal(heap_resize(heap, &memory, 10), ERR_INVALID);
    assert_true(logged("free already"));
    assert_int_equal(heap_allocate(heap, 0, 0, &memory), ERR_INVALID);
    assert_int_equal(heap_allocate(heap, 8, 24, &memory), ERR_INVALID);
    assert_int_equal(heap_allocate(heap, SIZE_MAX, 0, &memory), ERR_NO_MEMORY);
    assert_int_equal(heap_allocate(heap, 1, SIZE_MAX / 2 + 1, &memory), ERR_NO_MEMORY);
    assert_int_equal(heap_allocate(heap, sizeof(ram) * 2, 0, &memory), ERR_NO_MEMORY);
    assert_int_equal(heap_allocate(heap, 700 * PAGE, 0, &memory), ERR_NO_MEMORY);
    assert_int_equal(heap_resize(heap, &other, SIZE_MAX), ERR_NO_MEMORY);
    assert_int_equal(heap_check(heap), OK);
    assert_int_equal(heap_free(heap, other), OK);
}

static void writing_beyond_a_block_is_found(void **state)
{
    (void)state;
    void *memory;
    assert_int_equal(heap_allocate(heap, 100, 0, &memory), OK);
    uint8_t *bytes = memory;
    bytes[100] ^= 1;
    enum status expected = CONFIG_MEMORY_DEBUG ? ERR_CORRUPT : OK;
    assert_int_equal(heap_check(heap), expected);
    if (CONFIG_MEMORY_DEBUG) {
        assert_int_equal(heap_free(heap, memory), ERR_CORRUPT);
        assert_int_equal(heap_resize(heap, &memory, 200), ERR_CORRUPT);
        assert_true(logged("of shell: the red zone after its 100 bytes was written to"));
        assert_int_equal(heap->damages, 2);
    }
    bytes[100] ^= 1;
    assert_int_equal(heap_free(heap, memory), OK);
}

static void writing_to_a_freed_block_is_found(void **state)
{
    (void)state;
    void *memory;
    assert_int_equal(heap_allocate(heap, 100, 0, &memory), OK);
    assert_int_equal(heap_free(heap, memory), OK);
    ((uint8_t *)memory)[50] = 0;
    assert_int_equal(heap_check(heap), CONFIG_MEMORY_DEBUG ? ERR_CORRUPT : OK);
    assert_int_equal(heap_allocate(heap, 100, 0, &memory), OK);
    assert_int_equal(heap->damages, CONFIG_MEMORY_DEBUG);
    assert_int_equal(heap_free(heap, memory), OK);
}

/* Sets up a heap with three large blocks; undoes it all where something fails. */
static enum status build(void **made)
{
    struct heap *one;
    enum status status = heap_create(&pool, OWNER, 3 * PAGE, &one);
    *made = one;
    for (unsigned i = 0; i < 3 && !status; i++) {
        void *memory;
        status = heap_allocate(one, 10 * PAGE, 0, &memory);
    }
    if (status && one)
        heap_destroy(one);
    return status;
}

static void every_failed_allocation_leaves_nothing_behind(void **state)
{
    (void)state;
    size_t before = budgets[OWNER].used, free_before = pool.free_pages;
    unsigned failures = 0;
    void *made;
    for (uint32_t n = 1;; n++) {
        pool.fail_at = n;
        if (build(&made) == OK)
            break;
        failures++;
        assert_int_equal(budgets[OWNER].used, before);
        assert_int_equal(pool.free_pages, free_before);
        assert_int_equal(page_check(&pool), OK);
    }
    assert_int_equal(failures, 4); /* the heap's and three for its blocks */
    heap_destroy(made);
    struct heap *none;
    assert_int_equal(heap_create(&pool, OWNER, SIZE_MAX, &none), ERR_NO_MEMORY);
    assert_int_equal(heap_create(&pool, OWNER, 700 * PAGE, &none), ERR_NO_MEMORY);
    assert_null(none);
}

/* Where there is no room for a long run, a shorter one does. */
static void a_heap_grows_by_less_if_it_must(void **state)
{
    (void)state;
    void *small, *smaller;
    assert_int_equal(heap_allocate(heap, 12000, 0, &small), OK);
    budgets[OWNER].limit = budgets[OWNER].used + PAGE;
    size_t room = heap->used;
    while (heap_allocate(heap, 500, 0, &smaller) == OK)
        room += 500;
    assert_int_equal(budgets[OWNER].used, budgets[OWNER].limit);
    assert_int_equal(heap_check(heap), OK);
}

static struct heap_block *block_of(const void *memory)
{
    return (struct heap_block *)((uintptr_t)memory - sizeof(struct heap_block));
}

static void damaged_links_are_found(void **state)
{
    (void)state;
    void *low, *middle, *high;
    assert_int_equal(heap_allocate(heap, 100, 0, &low), OK);
    assert_int_equal(heap_allocate(heap, 100, 0, &middle), OK);
    assert_int_equal(heap_allocate(heap, 100, 0, &high), OK);
    assert_int_equal(heap_free(heap, low), OK);
    block_of(middle)->size |= HEAP_FREE;
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    assert_true(logged("two free blocks are neighbours"));
    block_of(middle)->size &= ~(size_t)HEAP_FREE;

    struct heap_place place = heap_place(heap_block_size(block_of(low)));
    struct heap_block **list = &heap->free[place.power][place.list];
    assert_ptr_equal(*list, block_of(low));
    *list = block_of(high);
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    *list = block_of(low);
    heap_block_links(block_of(low))->previous = block_of(high);
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    heap_block_links(block_of(low))->previous = NULL;
    heap_block_links(block_of(low))->next = block_of(low);
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    heap_block_links(block_of(low))->next = NULL;

    struct heap_block *end = heap_run_end(heap, heap->runs), *below = end->below;
    end->below = block_of(high);
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    end->below = below;
    end->size = HEAP_ALIGNMENT;
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    end->size = 0;
    assert_int_equal(heap_check(heap), OK);
}

static void damage_is_found(void **state)
{
    (void)state;
    void *memory;
    assert_int_equal(heap_allocate(heap, 100, 0, &memory), OK);
    size_t *size = (size_t *)memory - (CONFIG_MEMORY_DEBUG ? 3 : 1);
    size_t whole = *size;
    for (unsigned bit = 0; bit < 8 * sizeof(size_t); bit++) {
        *size = whole ^ (size_t)1 << bit;
        assert_int_equal(heap_check(heap), ERR_CORRUPT);
    }
    *size = whole;
    heap->used++;
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    heap->used--;
    heap->powers ^= 1;
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    heap->powers ^= 1;
    heap->lists[3] ^= 1;
    heap->powers ^= 8;
    assert_int_equal(heap_check(heap), ERR_CORRUPT);
    heap->lists[3] ^= 1;
    heap->powers ^= 8;
    assert_int_equal(heap_check(heap), OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contents_survive_random_operations),
        cmocka_unit_test_setup_teardown(misuse_is_refused_and_told, setup, teardown),
        cmocka_unit_test_setup_teardown(writing_beyond_a_block_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(writing_to_a_freed_block_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(every_failed_allocation_leaves_nothing_behind, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_heap_grows_by_less_if_it_must, setup, teardown),
        cmocka_unit_test_setup_teardown(damaged_links_are_found, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_found, setup, teardown),
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
