/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/page.c kernel/page_check.c kernel/budget.c kernel/interrupt.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The page allocator against a model that remembers the owner of each page, with random operations;
 * then each misuse, the budgets, and memory that is short.
 */
#include "kernel_fake.h"

#include <kernel/log.h>
#include <kernel/page_state.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 256, PAGES = 600, OWNERS = 3, FREE = -1, STEPS = 20000, SEEDS = 12 };

/* The first region is a third of the RAM and begins at an odd page; between them lies a gap. */
static uint8_t ram[PAGES * PAGE] __attribute__((aligned(65536)));
static struct budget budgets[OWNERS];
static struct page_pool pool;

static struct {
    int owner[PAGES];
    int order[PAGES]; /* of the run that begins here, or -1 */
    bool managed[PAGES];
} model;

static size_t page_index(const void *run)
{
    return (size_t)((const uint8_t *)run - ram) / PAGE;
}

static int setup(void **state)
{
    (void)state;
    static const struct budget fresh[OWNERS] = {
        {.owner = "kernel", .limit = SIZE_MAX},
        {.owner = "console", .limit = 100 * PAGE},
        {.owner = "shell", .limit = 0},
    };
    fake_reset();
    memcpy(budgets, fresh, sizeof(budgets));
    memset(ram, 0x11, sizeof(ram));
    page_pool_init(&pool, PAGE, budgets, OWNERS);
    assert_int_equal(
        page_pool_add(&pool, (uintptr_t)ram + 3 * PAGE + 5, (uintptr_t)ram + 200 * PAGE), OK);
    assert_int_equal(
        page_pool_add(&pool, (uintptr_t)ram + 260 * PAGE, (uintptr_t)ram + PAGES * PAGE - 1), OK);
    for (size_t i = 0; i < PAGES; i++) {
        model.owner[i] = FREE;
        model.order[i] = -1;
        model.managed[i] = false;
    }
    return 0;
}

/* Finds out which pages the pool hands out by taking all; they are free again afterwards. */
static void learn_pages(void)
{
    static void *taken[PAGES];
    size_t count = 0;
    while (page_allocate(&pool, 0, 0, &taken[count]) == OK)
        model.managed[page_index(taken[count++])] = true;
    assert_int_equal(count, pool.total_pages);
    assert_int_equal(pool.free_pages, 0);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(page_free(&pool, taken[i], 0), OK);
    assert_int_equal(page_check(&pool), OK);
}

static bool model_fits(size_t first, unsigned order)
{
    uintptr_t number = (uintptr_t)ram / PAGE + first;
    size_t pages = (size_t)1 << order;
    if (number % pages || first + pages > PAGES)
        return false;
    for (size_t i = first; i < first + pages; i++)
        if (!model.managed[i] || model.owner[i] != FREE)
            return false;
    return true;
}

static bool model_has_room(unsigned order)
{
    for (size_t first = 0; first < PAGES; first++)
        if (model_fits(first, order))
            return true;
    return false;
}

static void try_allocate(unsigned owner, unsigned order)
{
    size_t bytes = (size_t)PAGE << order;
    void *run;
    enum status status = page_allocate(&pool, owner, order, &run);
    if (status) {
        assert_null(run);
        if (status == ERR_NO_MEMORY)
            assert_false(model_has_room(order));
        else
            assert_int_equal(status, ERR_LIMIT);
        if (status == ERR_LIMIT)
            assert_true(budgets[owner].used + bytes > budgets[owner].limit);
        return;
    }
    size_t first = page_index(run);
    assert_true(model_fits(first, order));
    for (size_t i = 0; i < (size_t)1 << order; i++)
        model.owner[first + i] = (int)owner;
    model.order[first] = (int)order;
    memset(run, (int)first, bytes);
}

static void model_free(size_t first)
{
    for (size_t i = 0; i < (size_t)1 << model.order[first]; i++)
        model.owner[first + i] = FREE;
    model.order[first] = -1;
}

/* Frees the run at `first` if there is one, else sees that it cannot be freed. */
static void try_free(size_t first, unsigned order)
{
    uint8_t *run = ram + first * PAGE;
    if (model.order[first] < 0 || (unsigned)model.order[first] != order) {
        assert_int_equal(page_free(&pool, run, order), ERR_INVALID);
        return;
    }
    for (size_t i = 0; i < (size_t)PAGE << order; i++)
        assert_int_equal(run[i], (uint8_t)first);
    assert_int_equal(page_free(&pool, run, order), OK);
    model_free(first);
}

static void compare(void)
{
    size_t used[OWNERS] = {0}, managed = 0;
    for (size_t i = 0; i < PAGES; i++) {
        managed += model.managed[i];
        if (model.owner[i] != FREE)
            used[model.owner[i]] += PAGE;
    }
    assert_int_equal(pool.total_pages, managed);
    assert_int_equal(pool.free_pages, managed - (used[0] + used[1] + used[2]) / PAGE);
    for (size_t i = 0; i < OWNERS; i++)
        assert_int_equal(budgets[i].used, used[i]);
    assert_int_equal(page_check(&pool), OK);
}

static void end_owner(unsigned owner)
{
    size_t pages = 0;
    for (size_t i = 0; i < PAGES; i++)
        if (model.owner[i] == (int)owner) {
            model.owner[i] = FREE;
            model.order[i] = -1;
            pages++;
        }
    assert_int_equal(page_free_all(&pool, owner), pages);
}

static void random_operations_match_the_model(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %u\n", seed);
        setup(state);
        learn_pages();
        srand(seed);
        for (unsigned step = 0; step < STEPS; step++) {
            size_t first = (size_t)rand() % PAGES;
            unsigned order = (unsigned)__builtin_ctz((unsigned)rand() | 128);
            if (rand() % 16 < 6)
                try_allocate((unsigned)rand() % OWNERS, order);
            else if (rand() % 8 == 0)
                try_free(first, order);
            else if (model.order[first] >= 0)
                try_free(first, (unsigned)model.order[first]);
            if (step % 97 == 0)
                compare();
            if (step % 3001 == 0)
                end_owner((unsigned)rand() % OWNERS);
        }
        for (unsigned owner = 0; owner < OWNERS; owner++)
            end_owner(owner);
        compare();
        assert_int_equal(pool.overwrites, 0);
    }
}

/* All memory comes back together: a long run can be had again, and only once. */
static void what_was_split_merges_again(void **state)
{
    (void)state;
    learn_pages();
    size_t largest = page_largest_run(&pool);
    assert_int_equal(largest, 128 * PAGE);
    void *run, *other;
    assert_int_equal(page_allocate(&pool, 0, 7, &run), OK);
    assert_int_equal((uintptr_t)run % largest, 0);
    assert_int_equal(page_allocate(&pool, 0, 7, &other), ERR_NO_MEMORY);
    assert_int_equal(page_free(&pool, run, 7), OK);
}

static bool logged(const char *text)
{
    log_drain();
    return strstr(fake_output, text) != NULL;
}

static void misuse_is_refused_and_told(void **state)
{
    (void)state;
    void *run;
    assert_int_equal(page_allocate(&pool, 0, 2, &run), OK);
    uint8_t *bytes = run;
    assert_int_equal(page_free(&pool, bytes + PAGE, 0), ERR_INVALID);
    assert_true(logged("not the start of a run"));
    assert_int_equal(page_free(&pool, bytes + 8, 2), ERR_INVALID);
    assert_int_equal(page_free(&pool, NULL, 0), ERR_INVALID);
    assert_int_equal(page_free(&pool, &run, 0), ERR_INVALID);
    assert_int_equal(page_free(&pool, ram + 230 * PAGE, 0), ERR_INVALID);
    assert_int_equal(page_free(&pool, pool.zones, 0), ERR_INVALID);
    assert_true(logged("not a page of this board's"));
    assert_int_equal(page_free(&pool, run, 1), ERR_INVALID);
    assert_true(logged("of another order"));
    assert_int_equal(page_free(&pool, run, 2), OK);
    assert_int_equal(page_free(&pool, run, 2), ERR_INVALID);
    assert_true(logged("free already"));
    assert_int_equal(pool.misuses, 8);
    assert_int_equal(page_allocate(&pool, 0, PAGE_ORDERS, &run), ERR_INVALID);
    assert_int_equal(page_allocate(&pool, OWNERS, 0, &run), ERR_INVALID);
    assert_int_equal(page_check(&pool), OK);
}

static void budgets_hold_and_are_told_rarely(void **state)
{
    (void)state;
    void *run, *more;
    assert_int_equal(page_allocate(&pool, 1, 6, &run), OK);
    assert_int_equal(budgets[1].used, 64 * PAGE);
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(page_allocate(&pool, 1, 6, &more), ERR_LIMIT);
    assert_true(logged("memory: warning: console: "));
    assert_int_equal(budgets[1].refused, 100);
    unsigned lines = 0;
    for (const char *at = fake_output; (at = strstr(at, "refused")); at++)
        lines++;
    assert_int_equal(lines, 7); /* 1, 2, 4 … 64 */
    assert_int_equal(budgets[1].peak, 64 * PAGE);

    assert_int_equal(page_allocate(&pool, 0, 6, &more), OK);
    assert_int_equal(page_give(&pool, more, 6, 1), ERR_LIMIT);
    assert_int_equal(page_give(&pool, more, 5, 1), ERR_INVALID);
    assert_int_equal(page_give(&pool, more, 6, OWNERS), ERR_INVALID);
    assert_int_equal(budgets[0].used, 64 * PAGE);
    assert_int_equal(page_free(&pool, run, 6), OK);
    assert_int_equal(page_give(&pool, more, 6, 1), OK);
    assert_int_equal(budgets[0].used, 0);
    assert_int_equal(budgets[1].used, 64 * PAGE);
    assert_int_equal(page_free_all(&pool, 1), 64);
    assert_int_equal(page_check(&pool), OK);
}

static void writing_to_a_freed_page_is_found(void **state)
{
    (void)state;
    void *run, *again;
    assert_int_equal(page_allocate(&pool, 1, 0, &run), OK);
    assert_int_equal(page_free(&pool, run, 0), OK);
    ((uint8_t *)run)[PAGE - 1] ^= 1;
    assert_int_equal(page_allocate(&pool, 0, 0, &again), OK);
    assert_ptr_equal(run, again);
    assert_int_equal(pool.overwrites, CONFIG_MEMORY_DEBUG);
    assert_int_equal(logged("was written after console freed it"), CONFIG_MEMORY_DEBUG);
}

static void the_nth_allocation_fails(void **state)
{
    (void)state;
    void *run;
    pool.fail_at = 3;
    assert_int_equal(page_allocate(&pool, 0, 0, &run), OK);
    assert_int_equal(page_allocate(&pool, 0, 0, &run), OK);
    assert_int_equal(page_allocate(&pool, 0, 0, &run), ERR_NO_MEMORY);
    assert_null(run);
    assert_int_equal(page_allocate(&pool, 0, 0, &run), OK);
    assert_int_equal(budgets[0].used, 3 * PAGE);
}

static void a_region_too_small_is_refused(void **state)
{
    (void)state;
    uintptr_t start = (uintptr_t)ram;
    size_t before = pool.total_pages;
    assert_int_equal(page_pool_add(&pool, start + 1, start + 1), ERR_NO_MEMORY);
    assert_int_equal(page_pool_add(&pool, start + 9, start + 8), ERR_NO_MEMORY);
    assert_int_equal(page_pool_add(&pool, start, start + 16), ERR_NO_MEMORY);
    assert_int_equal(page_pool_add(&pool, start + 1, start + 2 * PAGE - 1), ERR_NO_MEMORY);
    assert_int_equal(pool.total_pages, before);
    assert_int_equal(page_pool_add(&pool, start, start + 2 * PAGE), OK);
    assert_int_equal(pool.total_pages, before + 1);
}

static void sizes_have_orders(void **state)
{
    (void)state;
    assert_int_equal(page_order(&pool, 0), 0);
    assert_int_equal(page_order(&pool, PAGE), 0);
    assert_int_equal(page_order(&pool, PAGE + 1), 1);
    assert_int_equal(page_order(&pool, SIZE_MAX), PAGE_ORDERS);
}

static struct page_state *state_of(const void *run)
{
    uintptr_t number = (uintptr_t)run / PAGE;
    return page_state_at(page_zone_find(&pool, number), number);
}

/* Damages a page's state, looks whether that is told, and mends it. */
static void damage_state(const void *run, unsigned word, const char *told)
{
    struct page_state *page = state_of(run), before = *page;
    page->word = (uint8_t)word;
    fake.output_length = 0;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    assert_true(logged(told));
    *page = before;
    assert_int_equal(page_check(&pool), OK);
}

static bool is_free(const void *run, unsigned order)
{
    return page_kind(state_of(run)) == PAGE_FREE && page_order_at(state_of(run)) == order;
}

static void damaged_states_are_found(void **state)
{
    (void)state;
    void *two, *many;
    assert_int_equal(page_allocate(&pool, 0, 5, &many), OK);
    do /* until its buddy is free, from which it was split */
        assert_int_equal(page_allocate(&pool, 0, 1, &two), OK);
    while ((uintptr_t)two & 2 * PAGE || !is_free((uint8_t *)two + 2 * PAGE, 1));
    damage_state(two, PAGE_FREE | 1, "two free buddies");
    damage_state(two, PAGE_INSIDE, "a page of no run");
    damage_state(two, PAGE_USED | 30, "a run that cannot be here");
    damage_state(two, PAGE_HOT | 1, "a stack of hot runs");
    damage_state((uint8_t *)two + PAGE, PAGE_USED, "a run in a run");
    damage_state(many, PAGE_HOT | 5, "a run too long to be hot");
    assert_int_equal(page_free(&pool, two, 1), OK);
    pool.hot[1][0] = many;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    pool.hot[1][0] = two;
    unsigned order = (unsigned)__builtin_ctz(pool.filled);
    struct page_run *first = pool.free[order];
    pool.free[order] = many;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    pool.free[order] = (struct page_run *)(void *)&pool;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    pool.free[order] = first;
    pool.total_pages++;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    pool.total_pages--;
    assert_int_equal(page_check(&pool), OK);
}

static void damage_is_found(void **state)
{
    (void)state;
    void *run;
    assert_int_equal(page_allocate(&pool, 0, 1, &run), OK);
    struct page_state *page = state_of(run);
    for (unsigned bit = 0; bit < 8; bit++) {
        if (bit == 5) /* that it is poisoned harms nothing */
            continue;
        page->word ^= (uint8_t)(1u << bit);
        assert_int_equal(page_check(&pool), ERR_CORRUPT);
        page->word ^= (uint8_t)(1u << bit);
    }
    assert_int_equal(page_check(&pool), OK);
    budgets[1].used = PAGE;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    budgets[1].used = 0;
    pool.free_pages++;
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    pool.free_pages--;
    pool.filled ^= 1u << (PAGE_ORDERS - 1);
    assert_int_equal(page_check(&pool), ERR_CORRUPT);
    assert_true(logged("the page pool is damaged: a list of free runs"));
}

static void every_byte_of_a_run_has_its_owner(void **state)
{
    (void)state;
    void *runs[5];
    int outside;
    for (unsigned order = 0; order < 5; order++)
        assert_int_equal(page_allocate(&pool, order % 2, order, &runs[order]), OK);
    for (unsigned order = 0; order < 5; order++) {
        const uint8_t *first = runs[order];
        for (size_t at = 0; at < (size_t)PAGE << order; at += PAGE / 2)
            for (unsigned owner = 0; owner < OWNERS; owner++)
                assert_int_equal(page_is_owned(&pool, first + at, owner), owner == order % 2);
    }
    assert_int_equal(page_free(&pool, runs[3], 3), OK);
    assert_false(page_is_owned(&pool, (const uint8_t *)runs[3] + PAGE, 1));
    assert_false(page_is_owned(&pool, &outside, 0));
    assert_false(page_is_owned(&pool, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations_match_the_model),
        cmocka_unit_test_setup(what_was_split_merges_again, setup),
        cmocka_unit_test_setup(misuse_is_refused_and_told, setup),
        cmocka_unit_test_setup(budgets_hold_and_are_told_rarely, setup),
        cmocka_unit_test_setup(writing_to_a_freed_page_is_found, setup),
        cmocka_unit_test_setup(the_nth_allocation_fails, setup),
        cmocka_unit_test_setup(a_region_too_small_is_refused, setup),
        cmocka_unit_test_setup(sizes_have_orders, setup),
        cmocka_unit_test_setup(every_byte_of_a_run_has_its_owner, setup),
        cmocka_unit_test_setup(damaged_states_are_found, setup),
        cmocka_unit_test_setup(damage_is_found, setup),
    };
    return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}
