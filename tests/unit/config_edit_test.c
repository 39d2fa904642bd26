/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/config_edit.c gen/yaml_tree.c gen/yaml_text.c gen/node.c gen/arena.c gen/diagnostic.c
/*
 * Editing `config:` in place: all the rest of the file stays byte for byte, in every style of YAML
 * that a person may write, or the edit is refused.
 */
#include "gen/config_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Edits `before`; `after` is what must come out, NULL for a refusal. A NULL value takes X out. */
static void edits(const char *before, const char *value, const char *after)
{
    struct arena arena;
    struct diagnostics diagnostics;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    const char *text = config_edit(&diagnostics, "t.yaml", before, "X", value);
    assert_int_equal(diagnostics.error_count, after == NULL ? 1 : 0);
    if (after == NULL)
        assert_null(text);
    else
        assert_string_equal(text, after);
    arena_free(&arena);
}

static void adds_a_section(void **state)
{
    (void)state;
    edits("board: t\n", "1", "board: t\nconfig:\n  X: 1\n");
    edits("board: t", "1", "board: t\nconfig:\n  X: 1\n");
    edits("board: t\r\n", "1", "board: t\r\nconfig:\r\n  X: 1\r\n");
    edits("a:\n    b: 1\n# end\n", "y", "a:\n    b: 1\n# end\nconfig:\n    X: y\n");
    edits("  board: t\n", "1", "  board: t\n  config:\n    X: 1\n");
    edits("board: |\n  text\n  more", "1", "board: |\n  text\n  more\nconfig:\n  X: 1\n");
    edits("{ board: t }\n", "1", NULL);
    edits("board: t\n...\n", "1", NULL);
}

static void adds_to_a_block(void **state)
{
    (void)state;
    edits("config:\n    A: 1   # one\n\n# end\nb: 2\n", "3",
          "config:\n    A: 1   # one\n    X: 3\n\n# end\nb: 2\n");
    edits("config:\n  A: \"a # b\"", "3", "config:\n  A: \"a # b\"\n  X: 3\n");
    edits("config:\n  A: \"a\n    b\"\nc: 1\n", "3", "config:\n  A: \"a\n    b\"\n  X: 3\nc: 1\n");
    edits("config:\n  ? A\n  : 1\n", "3", NULL);
    edits("config:\n  A: |\n    text\n", "3", NULL);
    edits("config:\n  A:\n", "3", NULL);
    edits("config: &a\n  A: 1\n", "3", NULL);
}

static void adds_to_a_flow_map(void **state)
{
    (void)state;
    edits("config: {}\n", "3", "config: { X: 3 }\n");
    edits("config: {  } # none\n", "3", "config: { X: 3 } # none\n");
    edits("config: { A: 1 }\n", "3", "config: { A: 1, X: 3 }\n");
    edits("config: {A: 1,}\n", "3", "config: {A: 1, X: 3}\n");
    edits("config: {\n  A: 1, # one, two }\n  B: 2 # two\n}\n", "3",
          "config: {\n  A: 1, # one, two }\n  B: 2, X: 3 # two\n}\n");
    edits("config: { # none\n}\n", "3", NULL);
}

static void replaces_a_value(void **state)
{
    (void)state;
    edits("config: { X: 1 , A: 2 }\n", "3", "config: { X: 3 , A: 2 }\n");
    edits("config:\n  \"X\":    'one'  # why\n", "3", "config:\n  \"X\":    3  # why\n");
    edits("a: \xc3\xa4\xe2\x82\xac\nconfig: { \"A\": \xc3\xa4, X: 1 }\n", "3",
          "a: \xc3\xa4\xe2\x82\xac\nconfig: { \"A\": \xc3\xa4, X: 3 }\n");
    edits("\xef\xbb\xbf"
          "config: { X: 1 }\n",
          "3",
          "\xef\xbb\xbf"
          "config: { X: 3 }\n");
    edits("config:\n  X: &x 1\n", "3", NULL);
    edits("a: &x 1\nconfig:\n  X: *x\n", "3", NULL);
    edits("config:\n  X: |\n    1\n", "3", NULL);
    edits("config:\n  X: [1]\n", "3", NULL);
    edits("config:\n  X:\n", "3", NULL);
    edits("config: 3\n", "3", NULL);
}

static void takes_out_of_a_block(void **state)
{
    (void)state;
    edits("config:\n  # of A\n  A: 1\n  X: 2 # gone\n\n  # of B\n  B: 3\n", NULL,
          "config:\n  # of A\n  A: 1\n\n  # of B\n  B: 3\n");
    edits("config:\n  A: 1\n  X: 2", NULL, "config:\n  A: 1\n");
    edits("a: 1\nconfig: # gone\n  # stays\n  X: 2\nb: 2\n", NULL, "a: 1\n  # stays\nb: 2\n");
    edits("config:\n  \"X\": \"two\n    lines\"\n  A: 1\n", NULL, "config:\n  A: 1\n");
    edits("config:\n  ? X\n  : 1\n  A: 1\n", NULL, NULL);
    edits("a: 1\n", NULL, "a: 1\n");
    edits("config: { A: 1 }\n", NULL, "config: { A: 1 }\n");
}

static void takes_out_of_a_flow_map(void **state)
{
    (void)state;
    edits("config: { X: 1, A: 2 }\n", NULL, "config: { A: 2 }\n");
    edits("config: { A: 2, X: 1 }\n", NULL, "config: { A: 2 }\n");
    edits("config: { A: 2, X: 1, }\n", NULL, "config: { A: 2, }\n");
    edits("config: { A: 2, X: 1,\n  B: 3 }\n", NULL, "config: { A: 2,\n  B: 3 }\n");
    edits("a: 1\nconfig: { X: 1 } # gone\nb: 2\n", NULL, "a: 1\nb: 2\n");
    edits("config: {\n  X: 1\n}\n", NULL, "config: {\n  \n}\n");
    edits("config: { A: 2, # two\n  X: 1 }\n", NULL, NULL);
}

static void refuses_what_it_cannot_read(void **state)
{
    (void)state;
    edits("config: {\n", "3", NULL);
    edits("- a\n", "3", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_a_section),
        cmocka_unit_test(adds_to_a_block),
        cmocka_unit_test(adds_to_a_flow_map),
        cmocka_unit_test(replaces_a_value),
        cmocka_unit_test(takes_out_of_a_block),
        cmocka_unit_test(takes_out_of_a_flow_map),
        cmocka_unit_test(refuses_what_it_cannot_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
