/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/format.c
/*
 * The formatter against the C library's, where they are to agree, and where they are not.
 */
#include <kernel/format.h>

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#pragma GCC diagnostic ignored "-Wformat"
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wformat-extra-args"
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

#define SAME(...)                                                                                  \
    do {                                                                                           \
        char ours[128], theirs[128];                                                               \
        size_t length = format_text(ours, sizeof(ours), __VA_ARGS__);                              \
        int expected = snprintf(theirs, sizeof(theirs), __VA_ARGS__);                              \
        assert_string_equal(ours, theirs);                                                         \
        assert_int_equal(length, expected);                                                        \
    } while (0)

#define TEXT(expected, ...)                                                                        \
    do {                                                                                           \
        char ours[128];                                                                            \
        assert_int_equal(format_text(ours, sizeof(ours), __VA_ARGS__), strlen(expected));          \
        assert_string_equal(ours, expected);                                                       \
    } while (0)

static void integers_print_as_in_c(void **state)
{
    (void)state;
    static const char *const flags[] = {"",   "-",  "0",   "5",    "-7",  "012",
                                        ".0", ".4", "9.4", "-9.4", "09.4"};
    static const int values[] = {0, 1, -1, 42, -12345, INT_MAX, INT_MIN};
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        for (size_t j = 0; j < sizeof(values) / sizeof(values[0]); j++) {
            for (const char *type = "diuxX"; *type; type++) {
                char format[16];
                snprintf(format, sizeof(format), "<%%%s%c>", flags[i], *type);
                SAME(format, values[j]);
            }
        }
    }
}

static void lengths_are_respected(void **state)
{
    (void)state;
    SAME("%ld %lu %lx", LONG_MIN, ULONG_MAX, ULONG_MAX);
    SAME("%lld %llu %llx", LLONG_MIN, ULLONG_MAX, ULLONG_MAX);
    SAME("%zu %zd %zx", SIZE_MAX, PTRDIFF_MIN, SIZE_MAX);
    SAME("%lld|%d|%s", 1LL << 40, 7, "after");
}

static void texts_print_as_in_c(void **state)
{
    (void)state;
    SAME("%s|%10s|%-10s|%.2s|%10.2s|%.10s", "abc", "abc", "abc", "abc", "abc", "abc");
    SAME("%c%3c|%-3c|%%|plain", 'x', 'y', 'z');
    SAME("%.*s|%*d|%-*d|%*d|%.*d", 3, "abcdef", 6, 42, 6, 42, -6, 42, -1, 42);
    char unterminated[3] = {'a', 'b', 'c'};
    SAME("%.3s", unterminated);
}

static void pointers_show_every_digit(void **state)
{
    (void)state;
    char digits[32];
    snprintf(digits, sizeof(digits), "0x%0*x", (int)(2 * sizeof(void *)), 0x1234u);
    TEXT(digits, "%p", (void *)0x1234);
    snprintf(digits, sizeof(digits), "0x%0*x", (int)(2 * sizeof(void *)), 0u);
    TEXT(digits, "%p", NULL);
    snprintf(digits, sizeof(digits), "0x%llx", (unsigned long long)UINTPTR_MAX);
    TEXT(digits, "%p", (void *)UINTPTR_MAX);
}

static void a_null_text_is_said(void **state)
{
    (void)state;
    TEXT("(null)", "%s", (char *)NULL);
}

static void unknown_conversions_stay(void **state)
{
    (void)state;
    TEXT("%y 1", "%y %d", 1);
    TEXT("50%", "50%");
    TEXT("%-08", "%-08");
    TEXT("%lq", "%lq");
}

static void output_is_cut_and_measured(void **state)
{
    (void)state;
    char buffer[6] = "#####";
    assert_int_equal(format_text(buffer, 4, "abcdef"), 6);
    assert_string_equal(buffer, "abc");
    assert_int_equal(buffer[4], '#');
    assert_int_equal(format_text(NULL, 0, "%d", 12345), 5);
    assert_int_equal(format_text(buffer, 1, "x"), 1);
    assert_string_equal(buffer, "");
}

static void huge_widths_end(void **state)
{
    (void)state;
    assert_int_equal(format_text(NULL, 0, "%99999999999999d", 1), 9999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_print_as_in_c),     cmocka_unit_test(lengths_are_respected),
        cmocka_unit_test(texts_print_as_in_c),        cmocka_unit_test(pointers_show_every_digit),
        cmocka_unit_test(a_null_text_is_said),        cmocka_unit_test(unknown_conversions_stay),
        cmocka_unit_test(output_is_cut_and_measured), cmocka_unit_test(huge_widths_end),
    };
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
