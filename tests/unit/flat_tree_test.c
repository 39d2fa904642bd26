/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/drivers/device-tree/flat_tree.c
/*
 * Flattened device trees: one that is written here by the specification's rules (Devicetree
 * Specification 0.4, chapter 5), and that one cut and damaged in every place.
 */
#include <platforms/drivers/device-tree/flat_tree.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HEADER = 40, NODES = 16 };

/* The blob under construction. */
static uint8_t blob[2048];
static size_t structure_end;
static char strings[512];
static size_t strings_end;

/* What the visitor saw. */
static struct flat_node seen[NODES];
static unsigned seen_count;

static void put_at(size_t at, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        blob[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

static void put(uint32_t value)
{
    put_at(structure_end, value);
    structure_end += 4;
}

static void put_padded(const void *bytes, size_t size)
{
    memcpy(blob + structure_end, bytes, size);
    structure_end += (size + 3) / 4 * 4;
}

static void begin(const char *name)
{
    put(1);
    put_padded(name, strlen(name) + 1);
}

static void end(void)
{
    put(2);
}

static void property(const char *name, const void *value, size_t size)
{
    put(3);
    put((uint32_t)size);
    put((uint32_t)strings_end);
    put_padded(value, size);
    strcpy(strings + strings_end, name);
    strings_end += strlen(name) + 1;
}

static void text(const char *name, const char *value)
{
    property(name, value, strlen(value) + 1);
}

static void cells(const char *name, const uint32_t *values, size_t count)
{
    uint8_t bytes[32];

    for (size_t i = 0; i < count * 4; i++)
        bytes[i] = (uint8_t)(values[i / 4] >> (24 - 8 * (i % 4)));
    property(name, bytes, count * 4);
}

static size_t finish(void)
{
    put(9);
    size_t total = structure_end + strings_end;
    memcpy(blob + structure_end, strings, strings_end);
    const uint32_t header[] = {0xd00dfeed,
                               (uint32_t)total,
                               HEADER,
                               (uint32_t)structure_end,
                               HEADER,
                               17,
                               16,
                               0,
                               (uint32_t)strings_end,
                               (uint32_t)(structure_end - HEADER)};
    for (size_t i = 0; i < sizeof header / sizeof *header; i++)
        put_at(i * 4, header[i]);
    return total;
}

/* A machine with memory, a bus that translates and one that doesn't, and a device that is off. */
static size_t build(void)
{
    memset(blob, 0, sizeof blob);
    structure_end = HEADER;
    strings_end = 0;
    begin("");
    cells("#address-cells", (uint32_t[]){2}, 1);
    cells("#size-cells", (uint32_t[]){2}, 1);
    begin("memory@40000000");
    text("device_type", "memory");
    cells("reg", (uint32_t[]){0, 0x40000000, 0, 0x10000000, 8, 0, 1, 0}, 8);
    end();
    begin("plain");
    cells("#address-cells", (uint32_t[]){1}, 1);
    cells("#size-cells", (uint32_t[]){1}, 1);
    property("ranges", "", 0);
    begin("uart@9000000");
    cells("reg", (uint32_t[]){0x09000000, 0x1000}, 2);
    end();
    end();
    put(4); /* NOP */
    begin("soc");
    cells("ranges", (uint32_t[]){0, 0x7e000000, 0, 0xfe000000, 0, 0x1000000}, 6);
    begin("uart@7e201000");
    cells("reg", (uint32_t[]){0, 0x7e201000, 0x1000}, 3);
    text("status", "disabled");
    end();
    end();
    begin("cpus");
    cells("#size-cells", (uint32_t[]){0}, 1);
    begin("cpu@0");
    text("device_type", "cpu");
    end();
    end();
    begin("chosen");
    cells("linux,initrd-start", (uint32_t[]){1, 0x48000000}, 2);
    cells("linux,initrd-end", (uint32_t[]){0x48000100}, 1);
    end();
    end();
    return finish();
}

static void note(const struct flat_node *node, void *context)
{
    (void)context;
    assert_true(seen_count < NODES);
    seen[seen_count++] = *node;
}

static void assert_node(unsigned index, const char *name, unsigned depth, size_t reg_count)
{
    assert_string_equal(seen[index].name, name);
    assert_int_equal(seen[index].depth, depth);
    assert_int_equal(seen[index].reg_count, reg_count);
}

static void visits_parents_first(void **state)
{
    struct flat_tree tree;

    (void)state;
    seen_count = 0;
    assert_int_equal(flat_tree_open(&tree, blob, build()), OK);
    assert_int_equal(flat_tree_walk(&tree, note, NULL), OK);
    assert_int_equal(seen_count, 9);
    assert_node(0, "", 0, 0);
    assert_node(1, "memory@40000000", 1, 2);
    assert_node(2, "plain", 1, 0);
    assert_node(3, "uart@9000000", 2, 1);
    assert_node(4, "soc", 1, 0);
    assert_node(5, "uart@7e201000", 2, 1);
    assert_node(6, "cpus", 1, 0);
    assert_node(7, "cpu@0", 2, 0);
    assert_node(8, "chosen", 1, 0);
}

static void tells_what_a_node_is(void **state)
{
    uint64_t base, size;

    visits_parents_first(state);
    assert_true(seen[1].is_memory);
    assert_false(seen[1].is_cpu);
    assert_true(seen[7].is_cpu);
    assert_true(seen[7].file_start == 0 && seen[7].file_end == 0);
    assert_true(seen[8].file_start == UINT64_C(0x148000000) && seen[8].file_end == 0x48000100);
    assert_true(seen[3].is_addressed);
    assert_false(seen[5].is_addressed);
    assert_true(seen[3].is_enabled);
    assert_false(seen[5].is_enabled);
    flat_node_reg(&seen[1], 0, &base, &size);
    assert_true(base == 0x40000000 && size == 0x10000000);
    flat_node_reg(&seen[1], 1, &base, &size);
    assert_true(base == UINT64_C(0x800000000) && size == UINT64_C(0x100000000));
    flat_node_reg(&seen[3], 0, &base, &size);
    assert_true(base == 0x09000000 && size == 0x1000);
}

static void refuses_what_is_no_tree(void **state)
{
    struct flat_tree tree;
    size_t size = build();

    (void)state;
    assert_int_equal(flat_tree_open(&tree, blob, 0), ERR_NOT_FOUND);
    assert_int_equal(flat_tree_open(&tree, blob, size - 1), ERR_CORRUPT);
    put_at(20, 16);
    assert_int_equal(flat_tree_open(&tree, blob, size), ERR_UNSUPPORTED);
    blob[0] = 0;
    assert_int_equal(flat_tree_open(&tree, blob, size), ERR_NOT_FOUND);
}

static void refuses_a_tree_that_nests_for_ever(void **state)
{
    struct flat_tree tree;

    (void)state;
    structure_end = HEADER;
    strings_end = 0;
    begin("");
    text("x", "y");
    for (unsigned i = 0; i < 40; i++)
        begin("n");
    assert_int_equal(flat_tree_open(&tree, blob, finish()), OK);
    seen_count = 0;
    assert_int_equal(flat_tree_walk(&tree, note, NULL), ERR_LIMIT);
}

static void ignore(const struct flat_node *node, void *context)
{
    volatile uint64_t *sum = context;
    uint64_t base, size;

    *sum += strlen(node->name);
    for (size_t i = 0; i < node->reg_count; i++) {
        flat_node_reg(node, i, &base, &size);
        *sum += base + size;
    }
}

/* Each byte with several wrong values, in a copy that ends where the tree does: the sanitizer sees
 * what is read beyond it. */
static void reads_nothing_beyond_a_damaged_tree(void **state)
{
    static const uint8_t flips[] = {0x01, 0x04, 0x10, 0x80, 0xff};
    size_t size = build();
    uint8_t *copy = malloc(size);
    uint64_t sum = 0;

    (void)state;
    assert_non_null(copy);
    for (size_t i = 0; i < size; i++) {
        for (size_t j = 0; j < sizeof flips; j++) {
            struct flat_tree tree;
            memcpy(copy, blob, size);
            copy[i] ^= flips[j];
            if (flat_tree_open(&tree, copy, size) == OK)
                flat_tree_walk(&tree, ignore, &sum);
        }
    }
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_parents_first),
        cmocka_unit_test(tells_what_a_node_is),
        cmocka_unit_test(refuses_what_is_no_tree),
        cmocka_unit_test(refuses_a_tree_that_nests_for_ever),
        cmocka_unit_test(reads_nothing_beyond_a_damaged_tree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
