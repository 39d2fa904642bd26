/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/kconfig_menu.c gen/kconfig_unmet.c gen/kconfig_file.c gen/file.c
// link: gen/arena.c gen/diagnostic.c
/*
 * Kconfig's library behind kconfig_menu.h: one menu after the other, values under wishes, what is
 * unmet, and syntax errors as diagnostics.
 */
#include "gen/file.h"
#include "gen/kconfig_menu.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The library frees nothing of a menu. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libkconfig-parser";
}

static const char menu_text[] = "mainmenu \"Test\"\n"
                                "config FACT\n\tdef_bool y\n"
                                "config OWNER\n\tbool \"Owner\"\n\tdefault y\n"
                                "config OTHER\n\tbool \"Other\"\n"
                                "config PART\n\tint \"Part\"\n\tdepends on OWNER && !OTHER\n"
                                "\trange 2 64\n\tdefault 8\n"
                                "config EITHER\n\tbool \"Either\"\n"
                                "\tdepends on (OTHER || PART > 32) && FACT\n"
                                "config WIDE\n\thex \"Wide\"\n\tdefault 0x10\n"
                                "config NAME\n\tstring \"Name\"\n\tdefault \"a \\\"b\\\"\"\n"
                                "config PULLED\n\tbool \"Pulled\"\n"
                                "config PULLER\n\tbool \"Puller\"\n\tselect PULLED\n"
                                "menu \"More\"\n"
                                "choice\n\tprompt \"One\"\n\tdefault FIRST\n"
                                "config FIRST\n\tbool \"First\"\n"
                                "config SECOND\n\tbool \"Second\"\n"
                                "endchoice\n"
                                "endmenu\n";

struct fixture {
    struct arena arena;
    struct diagnostics diagnostics;
    struct kconfig_menu menu;
    struct kconfig_wishes wishes;
    char folder[32];
    const char *path;
};

static void write_menu(struct fixture *f, const char *text)
{
    assert_true(file_write(f->path, text, strlen(text)));
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/menu-test-XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    arena_init(&f->arena);
    diagnostics_init(&f->diagnostics, &f->arena);
    kconfig_wishes_init(&f->wishes, &f->arena);
    f->path = arena_printf(&f->arena, "%s/Kconfig", f->folder);
    write_menu(f, menu_text);
    *state = f;
    return kconfig_menu_load(&f->arena, &f->diagnostics, f->path, "b", &f->menu) ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    rmdir(f->folder);
    arena_free(&f->arena);
    free(f);
    return 0;
}

static void wish(struct fixture *f, const char *name, const char *value)
{
    struct kconfig_wish one = {.name = name, .value = value};
    kconfig_wishes_add(&f->wishes, &one);
    kconfig_menu_evaluate(&f->menu, &f->wishes);
}

static const struct kconfig_symbol *symbol(struct fixture *f, const char *name)
{
    const struct kconfig_symbol *found = kconfig_menu_find(&f->menu, name);
    assert_non_null(found);
    return found;
}

static void knows_types_prompts_and_positions(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(symbol(f, "FACT")->type, KCONFIG_BOOL);
    assert_int_equal(symbol(f, "PART")->type, KCONFIG_INT);
    assert_int_equal(symbol(f, "WIDE")->type, KCONFIG_HEX);
    assert_int_equal(symbol(f, "NAME")->type, KCONFIG_STRING);
    assert_null(symbol(f, "FACT")->prompt);
    assert_string_equal(symbol(f, "PART")->prompt, "Part");
    assert_string_equal(symbol(f, "FACT")->at.file, f->path);
    assert_int_equal(symbol(f, "FACT")->at.line, 2);
    assert_ptr_equal(symbol(f, "FIRST")->choice, symbol(f, "SECOND")->choice);
    assert_null(symbol(f, "PART")->choice);
    assert_null(kconfig_menu_find(&f->menu, "8"));
    assert_null(kconfig_menu_find(&f->menu, "NONE"));
}

static void evaluates_under_wishes(void **state)
{
    struct fixture *f = *state;
    kconfig_menu_evaluate(&f->menu, &f->wishes);
    assert_string_equal(symbol(f, "PART")->value, "8");
    assert_string_equal(symbol(f, "NAME")->value, "a \"b\"");
    assert_string_equal(symbol(f, "FIRST")->value, "y");
    wish(f, "PART", "16");
    wish(f, "WIDE", "0xFF");
    wish(f, "SECOND", "y");
    wish(f, "NOT_THERE", "y");
    wish(f, "OTHER", "maybe");
    assert_string_equal(symbol(f, "PART")->value, "16");
    assert_string_equal(symbol(f, "WIDE")->value, "0xFF");
    assert_string_equal(symbol(f, "FIRST")->value, "n");
    assert_string_equal(symbol(f, "SECOND")->value, "y");
    assert_string_equal(symbol(f, "OTHER")->value, "n");
    wish(f, "PART", "32");
    assert_string_equal(symbol(f, "PART")->value, "32");
    f->wishes.count = 0;
    kconfig_menu_evaluate(&f->menu, &f->wishes);
    assert_string_equal(symbol(f, "PART")->value, "8");
    assert_string_equal(symbol(f, "FIRST")->value, "y");
}

static void an_unmet_dependency_takes_the_value(void **state)
{
    struct fixture *f = *state;
    wish(f, "PART", "16");
    assert_true(symbol(f, "PART")->active);
    wish(f, "OWNER", "n");
    assert_false(symbol(f, "PART")->active);
    assert_false(symbol(f, "PART")->visible);
}

static void count_blocker(void *context, const char *name, const struct kconfig_symbol *blocker)
{
    assert_string_equal(name, blocker->name);
    strcat(strcat(context, name), " ");
}

static const char *blockers(struct fixture *f, const char *name)
{
    char *names = arena_alloc(&f->arena, 256);
    kconfig_symbol_blockers(&f->menu, symbol(f, name), count_blocker, names);
    return names;
}

static void names_only_what_is_unmet(void **state)
{
    struct fixture *f = *state;
    kconfig_menu_evaluate(&f->menu, &f->wishes);
    assert_null(kconfig_symbol_unmet(&f->menu, symbol(f, "PART")));
    assert_null(kconfig_symbol_dependencies(&f->menu, symbol(f, "OWNER")));
    assert_string_equal(kconfig_symbol_dependencies(&f->menu, symbol(f, "PART")),
                        "OWNER && !OTHER");
    assert_string_equal(kconfig_symbol_unmet(&f->menu, symbol(f, "EITHER")), "OTHER || PART > 32");
    assert_string_equal(kconfig_symbol_dependencies(&f->menu, symbol(f, "EITHER")),
                        "(OTHER || PART > 32) && FACT");
    assert_string_equal(blockers(f, "EITHER"), "OTHER PART ");
    wish(f, "OTHER", "y");
    assert_string_equal(kconfig_symbol_unmet(&f->menu, symbol(f, "PART")), "!OTHER");
    assert_string_equal(blockers(f, "PART"), "OTHER ");
    wish(f, "OWNER", "n");
    assert_string_equal(kconfig_symbol_unmet(&f->menu, symbol(f, "PART")), "OWNER && !OTHER");
}

static void knows_ranges_and_selectors(void **state)
{
    struct fixture *f = *state;
    const char *low, *high;
    struct position at;
    wish(f, "PULLER", "y");
    assert_true(kconfig_symbol_range(&f->menu, symbol(f, "PART"), &low, &high, &at));
    assert_string_equal(low, "2");
    assert_string_equal(high, "64");
    assert_int_equal(at.line, 12);
    assert_false(kconfig_symbol_range(&f->menu, symbol(f, "WIDE"), &low, &high, &at));
    assert_string_equal(symbol(f, "PULLED")->value, "y");
    assert_ptr_equal(kconfig_symbol_selector(&f->menu, symbol(f, "PULLED")), symbol(f, "PULLER"));
    assert_null(kconfig_symbol_selector(&f->menu, symbol(f, "OTHER")));
}

static void prints_the_values_in_the_order_of_the_menu(void **state)
{
    struct fixture *f = *state;
    wish(f, "OTHER", "y");
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    kconfig_menu_print(&f->menu, out);
    fclose(out);
    assert_string_equal(text, "CONFIG_FACT=y\nCONFIG_OWNER=y\nCONFIG_OTHER=y\n"
                              "# CONFIG_EITHER is not set\nCONFIG_WIDE=0x10\n"
                              "CONFIG_NAME=\"a \\\"b\\\"\"\n# CONFIG_PULLED is not set\n"
                              "# CONFIG_PULLER is not set\n\n#\n# More\n#\n"
                              "CONFIG_FIRST=y\n# CONFIG_SECOND is not set\n");
    free(text);
}

static void loads_another_menu_afresh(void **state)
{
    struct fixture *f = *state;
    wish(f, "PART", "16");
    write_menu(f, "config PART\n\tint \"Part\"\n\tdefault 3\nconfig LONE\n\tbool \"Lone\"\n");
    assert_true(kconfig_menu_load(&f->arena, &f->diagnostics, f->path, "b", &f->menu));
    f->wishes.count = 0;
    kconfig_menu_evaluate(&f->menu, &f->wishes);
    assert_null(kconfig_menu_find(&f->menu, "OWNER"));
    assert_string_equal(symbol(f, "PART")->value, "3");
    assert_string_equal(symbol(f, "LONE")->value, "n");
}

static void checks_values_by_type(void **state)
{
    (void)state;
    static const struct {
        enum kconfig_type type;
        const char *value;
        bool valid;
    } cases[] = {{KCONFIG_BOOL, "y", true},
                 {KCONFIG_BOOL, "n", true},
                 {KCONFIG_BOOL, "m", false},
                 {KCONFIG_BOOL, "", false},
                 {KCONFIG_INT, "0", true},
                 {KCONFIG_INT, "-1", true},
                 {KCONFIG_INT, "007", false},
                 {KCONFIG_INT, "-0", false},
                 {KCONFIG_INT, "-", false},
                 {KCONFIG_INT, "", false},
                 {KCONFIG_INT, "1k", false},
                 {KCONFIG_INT, "9223372036854775807", true},
                 {KCONFIG_INT, "9223372036854775808", false},
                 {KCONFIG_HEX, "0x0", true},
                 {KCONFIG_HEX, "0XfF", true},
                 {KCONFIG_HEX, "ff", false},
                 {KCONFIG_HEX, "0x", false},
                 {KCONFIG_HEX, "-0x1", false},
                 {KCONFIG_STRING, "", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (kconfig_value_valid(cases[i].type, cases[i].value) != cases[i].valid)
            fail_msg("type %d: \"%s\"", cases[i].type, cases[i].value);
    }
}

/* What a process that loads this menu prints to standard error; its exit status must be 1. */
static const char *errors_of(struct fixture *f, const char *text)
{
    int pipe_ends[2];
    write_menu(f, text);
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipe_ends[1], STDERR_FILENO);
        bool ok = kconfig_menu_load(&f->arena, &f->diagnostics, f->path, "b", &f->menu);
        diagnostics_print(&f->diagnostics, stderr);
        fflush(stderr);
        _exit(ok ? 0 : 1);
    }
    close(pipe_ends[1]);
    char *output = arena_alloc(&f->arena, 4096);
    ssize_t n;
    for (size_t used = 0; (n = read(pipe_ends[0], output + used, 4095 - used)) > 0;)
        used += (size_t)n;
    close(pipe_ends[0]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    return output;
}

static void a_syntax_error_is_a_diagnostic(void **state)
{
    struct fixture *f = *state;
    const char *text = errors_of(f, "config A\n\tbool \"a\"\n\tfrobnicate\n");
    assert_non_null(strstr(text, "Kconfig:3:1: error: unknown option \"frobnicate\""));
    text = errors_of(f, "config A\n\tint \"a\"\n\tdefault hello\n");
    assert_non_null(strstr(text, ": error: "));
    text = errors_of(f, "config A\n\tbool \"a\"\n\tdepends on B\n"
                        "config B\n\tbool \"b\"\n\tdepends on A\n");
    assert_non_null(strstr(text, "recursive dependency detected!"));
    text = errors_of(f, "source \"not/there\"\n");
    assert_non_null(strstr(text, "not/there"));
}

static void a_missing_menu_is_an_error(void **state)
{
    struct fixture *f = *state;
    assert_false(kconfig_menu_load(&f->arena, &f->diagnostics, "/nonexistent", "b", &f->menu));
    assert_int_equal(f->diagnostics.error_count, 1);
    assert_int_equal(f->menu.count, 0);
    assert_null(kconfig_menu_find(&f->menu, "A"));
}

#define MENU_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MENU_TEST(knows_types_prompts_and_positions),
        MENU_TEST(evaluates_under_wishes),
        MENU_TEST(an_unmet_dependency_takes_the_value),
        MENU_TEST(names_only_what_is_unmet),
        MENU_TEST(knows_ranges_and_selectors),
        MENU_TEST(prints_the_values_in_the_order_of_the_menu),
        MENU_TEST(loads_another_menu_afresh),
        MENU_TEST(a_syntax_error_is_a_diagnostic),
        MENU_TEST(a_missing_menu_is_an_error),
        cmocka_unit_test(checks_values_by_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
