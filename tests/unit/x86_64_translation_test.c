/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/x86_64/translation.c
/*
 * Page tables, read back as the hardware walks them (SDM 3, 4.5).
 */
#include <platforms/arch/x86_64/translation.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TABLES = 8 };

#define MB UINT64_C(0x100000)
#define GB UINT64_C(0x40000000)
#define NX (UINT64_C(1) << 63)

static struct translation_table tables[TABLES];
static struct translation translation;

static int set_up(void **state)
{
    (void)state;
    memset(tables, 0, sizeof tables);
    translation_init(&translation, tables, TABLES, false);
    return 0;
}

/* What a walk finds: the entry of the page, and how much it spans; 0 if there is none. */
struct walk {
    uint64_t entry;
    uint64_t span;
};

static struct walk walk(uint64_t address)
{
    const struct translation_table *table = tables;

    for (unsigned shift = 39;; shift -= 9) {
        uint64_t entry = table->entries[address >> shift & 511];
        if (!(entry & 1))
            return (struct walk){0, 0};
        if (shift == 12 || (entry & 0x80)) {
            uint64_t span = UINT64_C(1) << shift;
            uint64_t base = entry & UINT64_C(0x000ffffffffff000) & ~(span - 1);
            assert_int_equal(base, address & ~(span - 1)); /* one to one */
            assert_true(shift == 12 || shift == 21 || shift == 30);
            return (struct walk){entry, span};
        }
        assert_int_equal(entry & 2, 2); /* what a table forbids, its pages cannot allow */
        assert_int_equal(entry & NX, 0);
        table = (const struct translation_table *)(uintptr_t)(entry & UINT64_C(0x000ffffffffff000));
    }
}

static void assert_page(uint64_t address, uint64_t span, uint64_t bits)
{
    struct walk found = walk(address);

    assert_int_equal(found.span, span);
    assert_int_equal(found.entry & (NX | 0x1b), bits);
    assert_true(translation_has(&translation, address));
}

static void uses_the_largest_pages(void **state)
{
    (void)state;
    assert_int_equal(translation_map(&translation, MB, 255 * MB, TRANSLATION_DATA), OK);
    assert_page(MB, 4096, NX | 3);
    assert_page(2 * MB, 2 * MB, NX | 3);
    assert_page(256 * MB - 1, 2 * MB, NX | 3);
    assert_int_equal(walk(256 * MB).span, 0);
    assert_int_equal(walk(MB - 1).span, 0);
    assert_int_equal(translation.used, 4);
}

static void uses_huge_pages_where_there_are_any(void **state)
{
    (void)state;
    translation_init(&translation, tables, TABLES, true);
    assert_int_equal(translation_map(&translation, GB, 2 * GB, TRANSLATION_DATA), OK);
    assert_page(GB, GB, NX | 3);
    assert_page(3 * GB - 1, GB, NX | 3);
    assert_int_equal(translation_map(&translation, 2 * GB, 4096, TRANSLATION_NONE), OK);
    assert_int_equal(walk(2 * GB).span, 0);
    assert_page(2 * GB + 4096, 4096, NX | 3);
    assert_page(2 * GB + 2 * MB, 2 * MB, NX | 3);
    assert_page(2 * GB - 1, GB, NX | 3);
}

static void maps_each_access(void **state)
{
    static const struct {
        enum translation_access access;
        uint64_t bits;
    } rows[] = {
        {TRANSLATION_CODE, 1},
        {TRANSLATION_CONSTANT, NX | 1},
        {TRANSLATION_DATA, NX | 3},
        {TRANSLATION_DEVICE, NX | 3 | 0x18},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(translation_map(&translation, i * 4096, 4096, rows[i].access), OK);
        assert_page(i * 4096, 4096, rows[i].bits);
        assert_int_equal(translation_map(&translation, (i + 1) * 2 * MB, 2 * MB, rows[i].access),
                         OK);
        assert_page((i + 1) * 2 * MB, 2 * MB, rows[i].bits);
    }
}

static void later_mappings_replace_earlier_ones(void **state)
{
    (void)state;
    assert_int_equal(translation_map(&translation, 0, 4 * MB, TRANSLATION_DATA), OK);
    assert_int_equal(translation_map(&translation, 2 * MB, 8192, TRANSLATION_CODE), OK);
    assert_int_equal(translation_map(&translation, 2 * MB + 8192, 4096, TRANSLATION_NONE), OK);
    assert_page(0, 2 * MB, NX | 3);
    assert_page(2 * MB, 4096, 1);
    assert_page(2 * MB + 4096, 4096, 1);
    assert_int_equal(walk(2 * MB + 8192).span, 0);
    assert_false(translation_has(&translation, 2 * MB + 8192));
    assert_page(2 * MB + 12288, 4096, NX | 3);
    assert_page(4 * MB - 1, 4096, NX | 3);
}

static void refuses_what_it_cannot_map(void **state)
{
    const uint64_t end = UINT64_C(1) << TRANSLATION_ADDRESS_BITS;

    (void)state;
    assert_int_equal(translation_map(&translation, 1, 4096, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, 0, 1, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, end, 4096, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, end - 4096, 8192, TRANSLATION_DATA),
                     ERR_INVALID);
    assert_int_equal(translation_map(&translation, end - 4096, 4096, TRANSLATION_DATA), OK);
    assert_page(end - 4096, 4096, NX | 3);
    assert_false(translation_has(&translation, end));
    assert_false(translation_has(&translation, UINT64_MAX));
}

static void tells_when_tables_run_out(void **state)
{
    enum status status = OK;

    (void)state;
    for (uint64_t i = 0; i < TABLES && !status; i++)
        status = translation_map(&translation, i * GB, 4096, TRANSLATION_DATA);
    assert_int_equal(status, ERR_NO_MEMORY);
    assert_true(translation.used <= TABLES);
    assert_int_equal(translation_map(&translation, 5 * GB, 4096, TRANSLATION_NONE), OK);
}

/* Whatever is mapped in whatever order, each page has what was said of it last. */
static void agrees_with_a_plain_array(void **state)
{
    enum { PAGES = 2048 };
    static enum translation_access model[PAGES];
    static const uint64_t bits[] = {0, 1, NX | 1, NX | 3, NX | 3 | 0x18};

    (void)state;
    srand(1);
    memset(model, 0, sizeof model);
    for (unsigned round = 0; round < 300; round++) {
        unsigned first = (unsigned)rand() % PAGES, count = (unsigned)rand() % (PAGES - first) + 1;
        if (round % 4 == 0) {
            first &= ~511u;
            count = 512;
        }
        enum translation_access access = (enum translation_access)(rand() % 5);
        assert_int_equal(
            translation_map(&translation, first * UINT64_C(4096), count * UINT64_C(4096), access),
            OK);
        for (unsigned i = first; i < first + count; i++)
            model[i] = access;
        for (unsigned i = 0; i < PAGES; i++) {
            struct walk found = walk(i * UINT64_C(4096));
            assert_int_equal(found.span ? found.entry & (NX | 0x1b) : 0, bits[model[i]]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(uses_the_largest_pages, set_up),
        cmocka_unit_test_setup(uses_huge_pages_where_there_are_any, set_up),
        cmocka_unit_test_setup(maps_each_access, set_up),
        cmocka_unit_test_setup(later_mappings_replace_earlier_ones, set_up),
        cmocka_unit_test_setup(refuses_what_it_cannot_map, set_up),
        cmocka_unit_test_setup(tells_when_tables_run_out, set_up),
        cmocka_unit_test_setup(agrees_with_a_plain_array, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
