/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/arena.c gen/diagnostic.c gen/yaml_tree.c gen/yaml_text.c gen/node.c
/*
 * YAML as a tree: what it says, where it stands, and what is refused.
 */
#include <gen/yaml_text.h>
#include <gen/yaml_tree.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct document {
    struct arena arena;
    struct diagnostics diagnostics;
    struct node *root;
};

static void parse_bytes(struct document *document, const char *text, size_t size)
{
    arena_init(&document->arena);
    diagnostics_init(&document->diagnostics, &document->arena);
    document->root = yaml_parse(&document->arena, &document->diagnostics, "t.yaml", text, size);
}

static void parse(struct document *document, const char *text)
{
    parse_bytes(document, text, strlen(text));
}

static void close_document(struct document *document)
{
    arena_free(&document->arena);
}

static void knows_positions_and_ranges(void **state)
{
    (void)state;
    static const char text[] =
        "a: 1\nb:\n  - x\n  - { c: \"q\", d: ~ }\ne: \xc3\xb6l # oil\nf: end\n";
    struct document document;
    parse(&document, text);
    assert_int_equal(document.diagnostics.error_count, 0);
    const struct node *d = node_get(node_get(document.root, "b")->last, "d");
    assert_true(d->is_null);
    assert_int_equal(d->at.line, 4);
    assert_int_equal(d->at.column, 18);
    assert_int_equal(d->key_at.column, 15);
    const struct node *c = node_get(d->parent, "c");
    assert_true(c->quoted);
    assert_memory_equal(text + c->start, "\"q\"", 3);
    assert_int_equal(c->end - c->start, 3);
    const struct node *e = node_get(document.root, "e"), *f = node_get(document.root, "f");
    assert_string_equal(e->text, "\xc3\xb6l");
    assert_memory_equal(text + e->start, "\xc3\xb6l", e->end - e->start);
    assert_memory_equal(text + f->start, "end", f->end - f->start); /* bytes, not characters */
    assert_string_equal(node_path(&document.arena, d), "b[1].d");
    assert_ptr_equal(node_find(document.root, "f"), f);
    assert_null(node_find(document.root, "f.g"));
    assert_null(node_find(document.root, "b."));
    close_document(&document);
}

static void skips_a_byte_order_mark(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf"
                               "a: b\n";
    struct document document;
    parse(&document, text);
    const struct node *a = node_get(document.root, "a");
    assert_int_equal(a->at.column, 4);
    assert_memory_equal(text + a->start, "b", 1);
    close_document(&document);
}

static void only_plain_words_are_null(void **state)
{
    (void)state;
    struct document document;
    parse(&document, "a:\nb: ~\nc: null\nd: 'null'\ne: \"\"\nf: nil\n");
    assert_true(node_get(document.root, "a")->is_null);
    assert_true(node_get(document.root, "b")->is_null);
    assert_true(node_get(document.root, "c")->is_null);
    assert_false(node_get(document.root, "d")->is_null);
    assert_false(node_get(document.root, "e")->is_null);
    assert_false(node_get(document.root, "f")->is_null);
    close_document(&document);
}

static void expands_aliases_into_copies(void **state)
{
    (void)state;
    struct document document;
    parse(&document, "a: &x { k: [1, 2] }\nb: *x\n");
    const struct node *a = node_find(document.root, "a.k"), *b = node_find(document.root, "b.k");
    assert_non_null(b);
    assert_ptr_not_equal(a, b);
    assert_false(a->aliased);
    assert_true(b->aliased);
    assert_int_equal(b->at.line, 1); /* it came from there */
    assert_string_equal(node_path(&document.arena, b), "b.k");
    close_document(&document);
}

static void refuses(const char *text, size_t size, size_t errors)
{
    struct document document;
    parse_bytes(&document, text, size);
    assert_int_equal(document.diagnostics.error_count, errors);
    close_document(&document);
}

static void refuses_what_is_no_document(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",           "# nothing\n",  "a: [",         "a: }",   "a: *x",
        "a: &x [*x]", "---\n--- b\n", "? [a]\n: b\n", "\ta: b", "{a: b",
        "a: \"\\0\"", "a: !!int 5",   "a: 1\na: 2\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        refuses(texts[i], strlen(texts[i]), 1);
}

static void refuses_broken_utf8(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\x80",             /* a continuation alone */
        "\xc3",             /* cut short */
        "\xc0\xaf",         /* overlong */
        "\xe0\x80\xaf",     /* overlong */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xff\xfe"
        "a", /* UTF-16 */
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        refuses(texts[i], strlen(texts[i]), 1);
    refuses("a\0b", 3, 1);
    refuses("\xf4\x8f\xbf\xbf", 4, 0); /* U+10FFFF is there */
}

static void refuses_what_is_too_much(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    size_t size = YAML_SIZE_MAX + 1;
    char *text = arena_alloc(&arena, size + 1);
    memset(text, ' ', size);
    refuses(text, size, 1);
    memset(text, '[', size);
    refuses(text, size - 1, 1);
    const char *bomb = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (char name = 'b'; name <= 'z'; name++)
        bomb = arena_printf(&arena, "%s%c: &%c [*%c, *%c, *%c, *%c, *%c]\n", bomb, name, name,
                            name - 1, name - 1, name - 1, name - 1, name - 1);
    refuses(bomb, strlen(bomb), 1);
    arena_free(&arena);
}

static void reports_all_double_keys(void **state)
{
    (void)state;
    static const char text[] = "a: { x: 1, x: 2, y: 3, y: 4 }\nb: 1\nb: 2\n";
    refuses(text, sizeof(text) - 1, 3);
}

static void a_missing_file_is_an_error(void **state)
{
    (void)state;
    struct document document;
    arena_init(&document.arena);
    diagnostics_init(&document.diagnostics, &document.arena);
    assert_null(yaml_read(&document.arena, &document.diagnostics, "no/such/file.yaml"));
    assert_null(yaml_read(&document.arena, &document.diagnostics, "configs"));
    assert_int_equal(document.diagnostics.error_count, 2);
    assert_non_null(yaml_read(&document.arena, &document.diagnostics, "configs/sim.yaml"));
    close_document(&document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_positions_and_ranges),
        cmocka_unit_test(skips_a_byte_order_mark),
        cmocka_unit_test(only_plain_words_are_null),
        cmocka_unit_test(expands_aliases_into_copies),
        cmocka_unit_test(refuses_what_is_no_document),
        cmocka_unit_test(refuses_broken_utf8),
        cmocka_unit_test(refuses_what_is_too_much),
        cmocka_unit_test(reports_all_double_keys),
        cmocka_unit_test(a_missing_file_is_an_error),
    };
    return cmocka_run_group_tests_name("gen_yaml", tests, NULL, NULL);
}
