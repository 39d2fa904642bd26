/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/arena.c gen/text_list.c
/*
 * The arena, and lists of names in it.
 */
#include <gen/arena.h>
#include <gen/text_list.h>

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void gives_zeroed_aligned_memory_of_any_size(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t size = 0; size < 300000; size = size * 3 + 1) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(memory[i], 0);
        memset(memory, 0xff, size);
    }
    arena_free(&arena);
    assert_null(arena.blocks);
}

static void pieces_do_not_overlap(void **state)
{
    (void)state;
    struct arena arena;
    unsigned char *pieces[500];
    arena_init(&arena);
    for (size_t i = 0; i < 500; i++) {
        pieces[i] = arena_alloc(&arena, i);
        memset(pieces[i], (int)(i & 0xff), i);
    }
    for (size_t i = 0; i < 500; i++)
        for (size_t j = 0; j < i; j++)
            assert_int_equal(pieces[i][j], i & 0xff);
    arena_free(&arena);
}

static void formats_texts(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    assert_string_equal(arena_printf(&arena, "%s-%d", "a", 7), "a-7");
    assert_string_equal(arena_strdup(&arena, ""), "");
    assert_int_equal(strlen(arena_printf(&arena, "%0100000d", 1)), 100000);
    arena_free(&arena);
}

static void lists_keep_what_is_added(void **state)
{
    (void)state;
    struct arena arena;
    struct text_list list = {0};
    arena_init(&arena);
    assert_string_equal(text_list_join(&arena, &list), "none");
    for (int i = 0; i < 100; i++)
        text_list_add(&arena, &list, arena_printf(&arena, "%03d", 99 - i));
    assert_int_equal(list.count, 100);
    assert_true(text_list_has(&list, "042"));
    assert_false(text_list_has(&list, "42"));
    text_list_sort(&list);
    for (int i = 0; i < 100; i++)
        assert_string_equal(list.items[i], arena_printf(&arena, "%03d", i));
    list.count = 2;
    assert_string_equal(text_list_join(&arena, &list), "000, 001");
    arena_free(&arena);
}

static void finds_what_a_folder_holds(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    struct text_list boards = folder_names(&arena, "configs", ".yaml");
    struct text_list arches = folder_names(&arena, "platforms/arch", "/arch.yaml");
    assert_true(text_list_has(&boards, "sim"));
    assert_true(text_list_has(&arches, "host"));
    assert_int_equal(folder_names(&arena, "no/such/folder", ".yaml").count, 0);
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_zeroed_aligned_memory_of_any_size),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(formats_texts),
        cmocka_unit_test(lists_keep_what_is_added),
        cmocka_unit_test(finds_what_a_folder_holds),
    };
    return cmocka_run_group_tests_name("gen_arena", tests, NULL, NULL);
}
