/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/arena.c gen/diagnostic.c
/*
 * Diagnostics: their form, their order, each once; and the nearest name.
 */
#include <gen/diagnostic.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *printed(const struct diagnostics *diagnostics)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    diagnostics_print(diagnostics, stream);
    fclose(stream);
    return text;
}

static void prints_sorted_and_each_once(void **state)
{
    (void)state;
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    struct diagnostic *error =
        diagnostic_error(&diagnostics, (struct position){"b.yaml", 2, 7}, "%s is bad", "this");
    diagnostic_note(&diagnostics, error, (struct position){"a.yaml", 9, 1}, "first");
    diagnostic_note(&diagnostics, error, (struct position){"a.yaml", 8, 0}, "second");
    diagnostic_fix(&diagnostics, error, "mend it");
    diagnostic_error(&diagnostics, (struct position){"b.yaml", 2, 3}, "earlier column");
    diagnostic_error(&diagnostics, (struct position){"b.yaml", 2, 3}, "same place, later");
    diagnostic_error(&diagnostics, (struct position){"b.yaml", 2, 3}, "earlier column");
    diagnostic_error(&diagnostics, (struct position){.file = "a.yaml"}, "whole file");
    assert_int_equal(diagnostics.error_count, 5);
    char *text = printed(&diagnostics);
    assert_string_equal(text, "a.yaml: error: whole file\n"
                              "b.yaml:2:3: error: earlier column\n"
                              "b.yaml:2:3: error: same place, later\n"
                              "b.yaml:2:7: error: this is bad\n"
                              "  a.yaml:9:1: note: first\n"
                              "  a.yaml:8: note: second\n"
                              "  fix: mend it\n"
                              "4 errors\n");
    free(text);
    arena_free(&arena);
}

static void says_nothing_without_errors(void **state)
{
    (void)state;
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    char *text = printed(&diagnostics);
    assert_string_equal(text, "");
    free(text);
    arena_free(&arena);
}

static void finds_the_nearest_name(void **state)
{
    (void)state;
    const char *const names[] = {"uart0", "uart1", "baud", "registers", "devices", "services", "x"};
    const size_t count = sizeof(names) / sizeof(names[0]);
    assert_string_equal(nearest_name("bawd", names, count), "baud");
    assert_string_equal(nearest_name("buad", names, count),
                        "baud"); /* a transposition is one edit */
    assert_string_equal(nearest_name("devcies", names, count), "devices");
    assert_string_equal(nearest_name("uart0", names, count), "uart0");
    assert_string_equal(nearest_name("regsters", names, count), "registers");
    assert_null(nearest_name("wombat", names, count));
    assert_null(nearest_name("", names, count));
    assert_null(nearest_name("y", names, count)); /* all letters differ: no typo */
    assert_null(nearest_name("uart0", names, 0));
}

static void bears_long_names(void **state)
{
    (void)state;
    char longest[65], longer[66], other[65];
    memset(longest, 'a', 64);
    memset(longer, 'a', 65);
    memcpy(other, longest, 64);
    longest[64] = longer[65] = other[64] = '\0';
    other[10] = 'b';
    const char *const names[] = {longer, longest};
    assert_string_equal(nearest_name(other, names, 2), longest);
    assert_null(nearest_name(longer, names, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_sorted_and_each_once),
        cmocka_unit_test(says_nothing_without_errors),
        cmocka_unit_test(finds_the_nearest_name),
        cmocka_unit_test(bears_long_names),
    };
    return cmocka_run_group_tests_name("gen_diagnostic", tests, NULL, NULL);
}
