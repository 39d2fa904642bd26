/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/kconfig_expression.c
/*
 * The dependency expressions of bindings: what is one, where one goes wrong, what it names.
 */
#include "gen/kconfig_expression.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void takes_expressions(void **state)
{
    (void)state;
    static const char *const right[] = {"A",
                                        "!A",
                                        "A && B",
                                        "A||B&&!C",
                                        "(A || B) && !(C = 3)",
                                        "A_1 != B",
                                        "LEVEL >= 2 && LEVEL<4",
                                        "  y ",
                                        "!!A"};
    size_t error;
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
        if (!kconfig_expression_check(right[i], &error, NULL, NULL))
            fail_msg("refused: %s at %zu", right[i], error);
    }
}

static void says_where_one_goes_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } wrong[] = {{"", 0},      {"A &&", 4}, {"A B", 2},     {"(A", 2},      {"A)", 1},
                 {"A & B", 2}, {"&& A", 0}, {"A = = B", 4}, {"A\nB", 1},    {"!", 1},
                 {"A =", 3},   {"if A", 3}, {"A || (", 6},  {"\"text\"", 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        size_t error = SIZE_MAX;
        if (kconfig_expression_check(wrong[i].text, &error, NULL, NULL))
            fail_msg("taken: %s", wrong[i].text);
        assert_int_equal(error, wrong[i].offset);
    }
}

static void bounds_its_nesting(void **state)
{
    (void)state;
    char text[4096];
    memset(text, '(', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    size_t error;
    assert_false(kconfig_expression_check(text, &error, NULL, NULL));
}

static void collect(void *context, const char *name, size_t length)
{
    strncat(context, name, length);
    strcat(context, " ");
}

static void names_its_symbols(void **state)
{
    (void)state;
    char names[64] = "";
    size_t error;
    assert_true(kconfig_expression_check("A && (B = 0x10 || !C) && LEVEL > 2 && y", &error, collect,
                                         names));
    assert_string_equal(names, "A B C LEVEL ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_expressions),
        cmocka_unit_test(says_where_one_goes_wrong),
        cmocka_unit_test(bounds_its_nesting),
        cmocka_unit_test(names_its_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
