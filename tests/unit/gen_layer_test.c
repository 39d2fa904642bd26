/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: gen/arena.c gen/diagnostic.c gen/yaml_tree.c gen/yaml_text.c gen/node.c gen/layer.c
// link: gen/text_list.c gen/name.c
/*
 * Layers: maps merge, scalars and lists replace, null deletes, and every value knows its history.
 */
#include <gen/layer.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct merging {
    struct arena arena;
    struct diagnostics diagnostics;
    struct deletion *deletions;
    struct node *root;
};

static void layer(struct merging *merging, const char *name, const char *text)
{
    struct node *root =
        yaml_parse(&merging->arena, &merging->diagnostics, name, text, strlen(text));
    assert_non_null(root);
    if (merging->root == NULL)
        merging->root = root;
    else
        layer_merge(&merging->arena, &merging->diagnostics, merging->root, root,
                    &merging->deletions);
}

static void begin(struct merging *merging, const char *text)
{
    *merging = (struct merging){0};
    arena_init(&merging->arena);
    diagnostics_init(&merging->diagnostics, &merging->arena);
    layer(merging, "low", text);
}

static const char *text_at(struct merging *merging, const char *path)
{
    const struct node *node = node_find(merging->root, path);
    return node == NULL ? NULL : node->text;
}

static void merges_and_replaces(void **state)
{
    (void)state;
    struct merging merging;
    begin(&merging, "m: { a: 1, b: 2 }\nl: [1, 2]\ns: { t: 1 }\n");
    layer(&merging, "mid", "m: { b: 3, c: 4 }\nl: [5]\n");
    layer(&merging, "top", "m: { b: 6 }\ns: 7\nn: { x: y }\n");
    assert_int_equal(merging.diagnostics.error_count, 0);
    assert_string_equal(text_at(&merging, "m.a"), "1");
    assert_string_equal(text_at(&merging, "m.b"), "6");
    assert_string_equal(text_at(&merging, "m.c"), "4");
    assert_string_equal(text_at(&merging, "s"), "7");
    assert_string_equal(text_at(&merging, "n.x"), "y");
    const struct node *list = node_get(merging.root, "l");
    assert_ptr_equal(list->first, list->last);
    const struct node *b = node_find(merging.root, "m.b");
    assert_string_equal(b->at.file, "top");
    assert_string_equal(b->overridden->at.file, "mid");
    assert_string_equal(b->overridden->overridden->text, "2");
    assert_null(b->overridden->overridden->overridden);
    /* In the order of the lowest layer, with what is new behind. */
    assert_string_equal(merging.root->first->key, "m");
    assert_string_equal(merging.root->last->key, "n");
    arena_free(&merging.arena);
}

static void null_deletes_and_is_remembered(void **state)
{
    (void)state;
    struct merging merging;
    begin(&merging, "d: { u0: { irq: 1 }, u1: { irq: 2 } }\n");
    layer(&merging, "mid", "d: { u1: { irq: 3 } }\n");
    layer(&merging, "top", "d: { u1: null, u0: { irq: ~ } }\n");
    assert_int_equal(merging.diagnostics.error_count, 0);
    assert_null(node_find(merging.root, "d.u1"));
    assert_null(node_find(merging.root, "d.u0.irq"));
    assert_non_null(node_find(merging.root, "d.u0"));
    assert_string_equal(merging.deletions->path, "d.u0.irq");
    assert_string_equal(merging.deletions->next->path, "d.u1");
    const struct node *gone = merging.deletions->next->node->overridden;
    assert_string_equal(node_get(gone, "irq")->text, "3");
    /* What was deleted can come back, as something new. */
    layer(&merging, "last", "d: { u1: { irq: 9 } }\n");
    assert_string_equal(text_at(&merging, "d.u1.irq"), "9");
    arena_free(&merging.arena);
}

static void a_null_that_deletes_nothing_is_an_error(void **state)
{
    (void)state;
    struct merging merging;
    begin(&merging, "d: { u0: 1 }\n");
    layer(&merging, "top", "d: { u1: null, u2: { x: { y: ~ } }, u0: { z: null } }\ne: null\n");
    assert_int_equal(merging.diagnostics.error_count, 4);
    assert_null(node_find(merging.root, "e"));
    assert_null(node_find(merging.root, "d.u2.x.y"));
    arena_free(&merging.arena);
}

static void stacks_boards_and_socs(void **state)
{
    (void)state;
    struct arena arena;
    struct diagnostics diagnostics;
    struct layered layered;
    arena_init(&arena);
    diagnostics_init(&diagnostics, &arena);
    struct inputs inputs = {.arena = &arena};
    assert_true(
        layer_board(&arena, &diagnostics, &inputs, "virt-aarch64-gicv2", NULL, 0, &layered));
    assert_int_equal(diagnostics.error_count, 0);
    assert_string_equal(layered.soc, "qemu-virt");
    assert_string_equal(layered.layers->path, "platforms/soc/qemu-virt/soc.yaml");
    assert_string_equal(layered.layers->next->path, "configs/virt-aarch64.yaml");
    assert_string_equal(layered.layers->next->next->path, "configs/virt-aarch64-gicv2.yaml");
    assert_string_equal(node_find(layered.root, "devices.gic.driver")->text, "gicv2");
    assert_null(node_find(layered.root, "board"));
    assert_null(node_find(layered.root, "extends"));
    assert_non_null(node_get(layered.arch, "toolchain"));
    assert_string_equal(layered.at.file, "configs/virt-aarch64-gicv2.yaml");
    size_t count = 0;
    for (const struct input *input = inputs.first; input != NULL; input = input->next)
        count++;
    assert_int_equal(count, 5); /* three layers, the folder of boards, arch.yaml */
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merges_and_replaces),
        cmocka_unit_test(null_deletes_and_is_remembered),
        cmocka_unit_test(a_null_that_deletes_nothing_is_an_error),
        cmocka_unit_test(stacks_boards_and_socs),
    };
    return cmocka_run_group_tests_name("gen_layer", tests, NULL, NULL);
}
