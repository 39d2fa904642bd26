/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/object.c kernel/page.c kernel/page_check.c kernel/budget.c
// link: kernel/interrupt.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S kernel/harmony.c
// link: kernel/channel.c kernel/capability.c tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * Objects against a model of every handle that there ever was, with random operations; then each
 * class, limit and misuse.
 */
#include "kernel_fake.h"

#include <kernel/object.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PAGE = 256, PAGES = 512, CAPACITY = 24, EPHEMERAL = 12, EPOCH = 4 * PAGE, OWNER = 1 };
enum { STEPS = 30000, SEEDS = 6 };

static uint8_t ram[PAGES * PAGE] __attribute__((aligned(65536)));
static uint8_t own[STEPS][4]; /* the memory of static objects */
static struct budget budgets[2];
static struct page_pool pool;
static struct object_table table;
static size_t empty; /* free pages while there is no object */

/* Every handle that was ever given out. */
static struct {
    struct object_handle handle;
    enum object_class class;
    uint8_t *bytes;
    size_t size;
    unsigned holds;
    bool live;
} objects[STEPS];
static size_t count;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    budgets[0] = (struct budget){.owner = "kernel", .limit = SIZE_MAX};
    budgets[1] = (struct budget){.owner = "shell", .limit = 100 * PAGE};
    page_pool_init(&pool, PAGE, budgets, 2);
    assert_int_equal(page_pool_add(&pool, (uintptr_t)ram, (uintptr_t)ram + sizeof(ram)), OK);
    assert_int_equal(object_table_init(&table, &pool, 0, CAPACITY, EPHEMERAL, EPOCH), OK);
    empty = pool.free_pages;
    count = 0;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    object_table_destroy(&table);
    assert_int_equal(pool.free_pages, pool.total_pages);
    assert_int_equal(page_check(&pool), OK);
    return 0;
}

static void create(void)
{
    enum object_class class = (enum object_class)(rand() % 3);
    size_t size = class == OBJECT_STATIC ? sizeof(own[0]) : 1 + (size_t)rand() % 1500;
    uint8_t *bytes = class == OBJECT_STATIC ? own[count] : NULL;
    struct object_handle handle;
    struct object_region region;
    enum status status = object_create(&table, class, OWNER, bytes, size, &handle);
    if (status) {
        assert_int_equal(handle.value, 0);
        return;
    }
    assert_int_equal(object_resolve(&table, handle, &region), OK);
    assert_int_equal(region.size, size);
    if (class == OBJECT_STATIC)
        assert_ptr_equal(region.bytes, bytes);
    else
        for (size_t i = 0; i < size; i++)
            assert_int_equal(((uint8_t *)region.bytes)[i], 0);
    memset(region.bytes, (int)count, size);
    for (size_t i = 0; i < count; i++)
        assert_int_not_equal(objects[i].handle.value, handle.value);
    objects[count].handle = handle;
    objects[count].class = class;
    objects[count].bytes = region.bytes;
    objects[count].size = size;
    objects[count].holds = 0;
    objects[count++].live = true;
}

static void use(size_t i)
{
    struct object_region region;
    enum status status = object_resolve(&table, objects[i].handle, &region);
    assert_int_equal(status, objects[i].live ? OK : ERR_CLOSED);
    if (objects[i].live || objects[i].holds)
        for (size_t at = 0; at < objects[i].size; at++)
            assert_int_equal(objects[i].bytes[at], (uint8_t)i);
    enum status expected = objects[i].live ? OK : ERR_CLOSED;
    switch (rand() % 4) {
    case 0:
        if (objects[i].live && objects[i].class == OBJECT_EPHEMERAL)
            expected = ERR_UNSUPPORTED;
        assert_int_equal(object_get(&table, objects[i].handle, &region), expected);
        objects[i].holds += expected == OK;
        break;
    case 1:
        assert_int_equal(object_put(&table, objects[i].handle),
                         objects[i].holds ? OK : ERR_INVALID);
        objects[i].holds -= objects[i].holds > 0;
        break;
    case 2:
        assert_int_equal(object_destroy(&table, objects[i].handle), expected);
        objects[i].live = false;
        break;
    default:
        break;
    }
}

static void end_epoch(void)
{
    assert_int_equal(object_epoch_end(&table), OK);
    for (size_t i = 0; i < count; i++)
        if (objects[i].class == OBJECT_EPHEMERAL)
            objects[i].live = false;
}

static void every_handle_knows_its_object(void **state)
{
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %u\n", seed);
        setup(state);
        srand(seed);
        for (unsigned step = 0; step < STEPS / SEEDS; step++) {
            if (rand() % 3 == 0)
                create();
            else if (count)
                use(rand() % 4 ? count - 1 - (size_t)rand() % (count < 40 ? count : 40)
                               : (size_t)rand() % count);
            if (rand() % 50 == 0)
                end_epoch();
        }
        size_t kept = 0;
        for (size_t i = 0; i < count; i++)
            kept += objects[i].class != OBJECT_EPHEMERAL && (objects[i].live || objects[i].holds);
        assert_int_equal(table.live, kept);
        assert_int_equal(page_check(&pool), OK);
        teardown(state);
    }
}

static void what_is_held_stays_until_put(void **state)
{
    (void)state;
    struct object_handle handle;
    struct object_region region;
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, 300, &handle), OK);
    assert_int_equal(budgets[OWNER].used, 2 * PAGE);
    assert_int_equal(object_get(&table, handle, &region), OK);
    assert_int_equal(object_destroy(&table, handle), OK);
    assert_int_equal(object_destroy(&table, handle), ERR_CLOSED);
    assert_int_equal(object_get(&table, handle, &region), ERR_CLOSED);
    assert_int_equal(budgets[OWNER].used, 2 * PAGE);
    assert_int_equal(object_put(&table, handle), OK);
    assert_int_equal(budgets[OWNER].used, 0);
    assert_int_equal(object_put(&table, handle), ERR_INVALID);
    assert_int_equal(pool.free_pages, empty);
}

static void holds_have_a_limit(void **state)
{
    (void)state;
    struct object_handle handle;
    struct object_region region;
    assert_int_equal(object_create(&table, OBJECT_STATIC, OWNER, own[0], 4, &handle), OK);
    for (unsigned i = 0; i < UINT16_MAX; i++)
        assert_int_equal(object_get(&table, handle, &region), OK);
    assert_int_equal(object_get(&table, handle, &region), ERR_LIMIT);
}

static void an_owner_ends_with_its_objects(void **state)
{
    (void)state;
    struct object_handle gone, held, other;
    struct object_region region;
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, 10, &gone), OK);
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, 10, &held), OK);
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, 0, NULL, 10, &other), OK);
    assert_int_equal(object_get(&table, held, &region), OK);
    size_t limit = budgets[0].limit;
    budgets[0].limit = budgets[0].used;
    assert_int_equal(object_end_owner(&table, OWNER), ERR_LIMIT);
    budgets[0].limit = limit;
    assert_int_equal(object_end_owner(&table, OWNER), OK);
    assert_int_equal(budgets[OWNER].used, 0);
    assert_int_equal(object_resolve(&table, gone, &region), ERR_CLOSED);
    assert_int_equal(object_resolve(&table, held, &region), ERR_CLOSED);
    assert_int_equal(object_resolve(&table, other, &region), OK);
    assert_int_equal(object_put(&table, held), OK);
    assert_int_equal(page_free_all(&pool, OWNER), 0);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    struct object_handle handle, made;
    struct object_region region;
    assert_int_equal(object_create(&table, OBJECT_STATIC, OWNER, NULL, 4, &handle), ERR_INVALID);
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, OWNER, own, 4, &handle), ERR_INVALID);
    assert_int_equal(object_create(&table, OBJECT_STATIC, OWNER, own, 0, &handle), ERR_INVALID);
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, SIZE_MAX, &handle),
                     ERR_NO_MEMORY);
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, 101 * PAGE, &handle),
                     ERR_LIMIT);
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, OWNER, NULL, EPOCH + 1, &handle),
                     ERR_LIMIT);
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, OWNER, NULL,
                                   EPOCH - (OBJECT_RED_ZONE ? OBJECT_RED_ZONE : 1), &made),
                     OK);
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, OWNER, NULL, 1, &handle), ERR_LIMIT);
    const uint64_t never[] = {0,
                              UINT64_MAX,
                              made.value + 1,
                              made.value + (UINT64_C(1) << 32),
                              UINT64_C(1) << 32,
                              UINT64_C(2) << 32,
                              CAPACITY};
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        handle.value = never[i];
        assert_int_equal(object_resolve(&table, handle, &region), ERR_INVALID);
        assert_int_equal(object_put(&table, handle), ERR_INVALID);
    }
    for (unsigned i = 0; i < CAPACITY; i++)
        assert_int_equal(object_create(&table, OBJECT_STATIC, OWNER, own[i], 4, &handle), OK);
    assert_int_equal(object_create(&table, OBJECT_STATIC, OWNER, own[0], 4, &handle), ERR_LIMIT);
}

/* No handle is ever given out again, even if that costs the index. */
static void generations_run_out_for_good(void **state)
{
    (void)state;
    struct object_handle handle;
    struct object_region region;
    object_table_destroy(&table);
    assert_int_equal(object_table_init(&table, &pool, 0, 1, 1, PAGE), OK);
    assert_int_equal(object_create(&table, OBJECT_STATIC, 0, own[0], 4, &handle), OK);
    assert_int_equal(object_destroy(&table, handle), OK);
    *(uint32_t *)((uint8_t *)table.slots + sizeof(void *) + sizeof(size_t)) = UINT32_MAX;
    assert_int_equal(object_create(&table, OBJECT_STATIC, 0, own[0], 4, &handle), OK);
    assert_int_equal(handle.value, UINT64_C(0xffffffff) << 32);
    assert_int_equal(object_destroy(&table, handle), OK);
    assert_int_equal(object_resolve(&table, handle, &region), ERR_CLOSED);
    assert_int_equal(object_create(&table, OBJECT_STATIC, 0, own[0], 4, &handle), ERR_LIMIT);

    table.epoch = UINT32_MAX;
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, 0, NULL, 4, &handle), OK);
    assert_int_equal(object_epoch_end(&table), ERR_LIMIT);
    assert_int_equal(object_resolve(&table, handle, &region), ERR_CLOSED);
    assert_int_equal(object_create(&table, OBJECT_EPHEMERAL, 0, NULL, 4, &handle), ERR_LIMIT);
    assert_int_equal(object_epoch_end(&table), ERR_LIMIT);
}

static void a_table_may_have_one_kind_only(void **state)
{
    (void)state;
    struct object_table other;
    struct object_handle handle;
    struct object_region region;
    assert_int_equal(object_table_init(&other, &pool, 0, 4, 0, 0), OK);
    assert_int_equal(object_create(&other, OBJECT_EPHEMERAL, 0, NULL, 1, &handle), ERR_LIMIT);
    assert_int_equal(object_create(&other, OBJECT_LONG_LIVED, OWNER, NULL, 1, &handle), OK);
    assert_int_equal(object_get(&other, handle, &region), OK);
    assert_int_equal(object_destroy(&other, handle), OK);
    assert_int_equal(object_end_owner(&other, OWNER), OK); /* one that is held and dying */
    object_table_destroy(&other);
    assert_int_equal(object_table_init(&other, &pool, 0, 0, 4, 64), OK);
    assert_int_equal(object_create(&other, OBJECT_STATIC, 0, own[0], 1, &handle), ERR_LIMIT);
    assert_int_equal(object_create(&other, OBJECT_EPHEMERAL, 0, NULL, 1, &handle), OK);
    assert_int_equal(object_resolve(&other, handle, &region), OK);
    object_table_destroy(&other);
    assert_int_equal(pool.free_pages, empty);
}

static void every_failed_allocation_leaves_nothing_behind(void **state)
{
    (void)state;
    struct object_table other;
    struct object_handle handle;
    size_t before = pool.free_pages;
    for (uint32_t n = 1; n <= 2; n++) {
        pool.fail_at = n;
        assert_int_equal(object_table_init(&other, &pool, 0, 8, 8, PAGE), ERR_NO_MEMORY);
        assert_int_equal(pool.free_pages, before);
    }
    pool.fail_at = 1;
    assert_int_equal(object_create(&table, OBJECT_LONG_LIVED, OWNER, NULL, 4, &handle),
                     ERR_NO_MEMORY);
    assert_int_equal(table.live, 0);
    assert_int_equal(pool.free_pages, before);
    assert_int_equal(object_table_init(&other, &pool, 0, 0, 0, 0), ERR_INVALID);
    assert_int_equal(object_table_init(&other, &pool, 0, UINT32_MAX, 1, 0), ERR_INVALID);
}

/* Writes one byte beyond an object, and ends it. Returns how many such bytes were found. */
static uint32_t found_beyond(enum object_class class, size_t size)
{
    struct object_handle handle;
    struct object_region region;
    uint32_t before = table.damages;
    assert_int_equal(object_create(&table, class, OWNER, NULL, size, &handle), OK);
    assert_int_equal(object_resolve(&table, handle, &region), OK);
    ((uint8_t *)region.bytes)[size] = 1;
    assert_int_equal(object_destroy(&table, handle), OK);
    assert_int_equal(object_epoch_end(&table), OK);
    return table.damages - before;
}

static void who_writes_beyond_an_object_is_told(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 15, 16, 100, PAGE - 16, PAGE - 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        assert_int_equal(found_beyond(OBJECT_LONG_LIVED, sizes[i]), CONFIG_MEMORY_DEBUG);
        assert_int_equal(found_beyond(OBJECT_EPHEMERAL, sizes[i]), CONFIG_MEMORY_DEBUG);
    }
}

static void what_is_in_order_is_no_damage(void **state)
{
    (void)state;
    struct object_handle handle;
    struct object_region region;
    for (size_t size = 1; size <= 2 * PAGE; size++)
        for (enum object_class class = OBJECT_LONG_LIVED; class <= OBJECT_EPHEMERAL; class ++) {
            assert_int_equal(object_create(&table, class, OWNER, NULL, size, &handle), OK);
            assert_int_equal(object_resolve(&table, handle, &region), OK);
            memset(region.bytes, 1, size);
            assert_int_equal(object_destroy(&table, handle), OK);
            assert_int_equal(object_epoch_end(&table), OK);
        }
    assert_int_equal(table.damages, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_handle_knows_its_object),
        cmocka_unit_test_setup_teardown(what_is_held_stays_until_put, setup, teardown),
        cmocka_unit_test_setup_teardown(holds_have_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(an_owner_ends_with_its_objects, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_may_have_one_kind_only, setup, teardown),
        cmocka_unit_test_setup_teardown(who_writes_beyond_an_object_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_in_order_is_no_damage, setup, teardown),
        cmocka_unit_test_setup_teardown(generations_run_out_for_good, setup, teardown),
        cmocka_unit_test_setup_teardown(every_failed_allocation_leaves_nothing_behind, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("object", tests, NULL, NULL);
}
