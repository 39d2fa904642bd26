/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/kconfig_file.c gen/file.c gen/arena.c gen/diagnostic.c
/*
 * The strict reader of .config and choices.config: what it takes, what it refuses and where.
 */
#include "gen/kconfig_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct diagnostics diagnostics;
    struct kconfig_wishes wishes;
};

static struct fixture *parse(const char *text)
{
    struct fixture *fixture = malloc(sizeof *fixture);
    assert_non_null(fixture);
    arena_init(&fixture->arena);
    diagnostics_init(&fixture->diagnostics, &fixture->arena);
    kconfig_wishes_init(&fixture->wishes, &fixture->arena);
    kconfig_file_parse(&fixture->diagnostics, "f", text, strlen(text), &fixture->wishes);
    return fixture;
}

static void done(struct fixture *fixture)
{
    arena_free(&fixture->arena);
    free(fixture);
}

static void reads_each_kind_of_setting(void **state)
{
    (void)state;
    struct fixture *f = parse("#\n# A title\n#\n\nCONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=-12\n"
                              "CONFIG_D=0x1F\nCONFIG_E=\"a \\\"b\\\" \\\\ c\"\n");
    static const char *const expected[][2] = {
        {"A", "y"}, {"B", "n"}, {"C", "-12"}, {"D", "0x1F"}, {"E", "a \"b\" \\ c"}};
    assert_int_equal(f->diagnostics.error_count, 0);
    assert_int_equal(f->wishes.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(f->wishes.items[i].name, expected[i][0]);
        assert_string_equal(f->wishes.items[i].value, expected[i][1]);
        assert_int_equal(f->wishes.items[i].asker, ASKER_PERSON);
    }
    assert_true(f->wishes.items[4].quoted);
    assert_false(f->wishes.items[3].quoted);
    done(f);
}

static void keeps_positions(void **state)
{
    (void)state;
    struct fixture *f = parse("# head\nCONFIG_ABC=y\n#  CONFIG_B is not set");
    assert_int_equal(f->wishes.count, 2);
    assert_string_equal(f->wishes.items[0].at.file, "f");
    assert_int_equal(f->wishes.items[0].at.line, 2);
    assert_int_equal(f->wishes.items[0].at.column, 12);
    assert_int_equal(f->wishes.items[1].at.line, 3);
    assert_int_equal(f->wishes.items[1].at.column, 4);
    done(f);
}

static void refuses_what_is_no_setting(void **state)
{
    (void)state;
    static const char *const wrong[] = {"CONFIG_A",
                                        "CONFIG_A=",
                                        "CONFIG_=y",
                                        "config_A=y",
                                        " CONFIG_A=y",
                                        "CONFIG_A =y",
                                        "CONFIG_A= y",
                                        "CONFIG_A=a b",
                                        "CONFIG_A=\"a",
                                        "CONFIG_A=\"a\"b",
                                        "CONFIG_A=\"a\\\"",
                                        "CONFIG_A=\"a\"b\"",
                                        "# CONFIG_A is not",
                                        "CONFIG_A=y\r",
                                        "CONFIG_A=y\x01",
                                        "A=y",
                                        "\x7f",
                                        "CONFIG_A=\"",
                                        "# CONFIG_A is noty"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct fixture *f = parse(wrong[i]);
        if (f->diagnostics.error_count != 1 || f->wishes.count != 0)
            fail_msg("taken: %s", wrong[i]);
        done(f);
    }
}

static void reports_every_wrong_line_and_reads_the_others(void **state)
{
    (void)state;
    struct fixture *f = parse("x\nCONFIG_A=y\ny\nCONFIG_A=n\nCONFIG_B=1\n");
    assert_int_equal(f->diagnostics.error_count, 3);
    assert_int_equal(f->wishes.count, 2);
    assert_string_equal(kconfig_wishes_find(&f->wishes, "A")->value, "y");
    done(f);
}

static void a_zero_byte_is_a_control_character(void **state)
{
    (void)state;
    struct fixture *f = parse("");
    kconfig_file_parse(&f->diagnostics, "f", "CONFIG_A=y\0z\n", 13, &f->wishes);
    assert_int_equal(f->diagnostics.error_count, 1);
    assert_int_equal(f->wishes.count, 0);
    done(f);
}

static void a_missing_file_is_no_error_and_a_folder_is(void **state)
{
    (void)state;
    struct fixture *f = parse("");
    assert_false(kconfig_file_read(&f->diagnostics, "/nonexistent/choices.config", &f->wishes));
    assert_int_equal(f->diagnostics.error_count, 0);
    assert_true(kconfig_file_read(&f->diagnostics, "/", &f->wishes));
    assert_int_equal(f->diagnostics.error_count, 1);
    done(f);
}

static void prints_what_it_reads(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    kconfig_file_print(out, "A", "n", true, false);
    kconfig_file_print(out, "B", "y", true, false);
    kconfig_file_print(out, "C", "n", false, true);
    kconfig_file_print(out, "D", "\\ \"", false, true);
    fclose(out);
    assert_string_equal(text, "# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C=\"n\"\n"
                              "CONFIG_D=\"\\\\ \\\"\"\n");
    struct fixture *f = parse(text);
    assert_int_equal(f->diagnostics.error_count, 0);
    assert_string_equal(kconfig_wishes_find(&f->wishes, "D")->value, "\\ \"");
    done(f);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_each_kind_of_setting),
        cmocka_unit_test(keeps_positions),
        cmocka_unit_test(refuses_what_is_no_setting),
        cmocka_unit_test(reports_every_wrong_line_and_reads_the_others),
        cmocka_unit_test(a_zero_byte_is_a_control_character),
        cmocka_unit_test(a_missing_file_is_no_error_and_a_folder_is),
        cmocka_unit_test(prints_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
