/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: platforms/arch/aarch64/translation.c
/*
 * Translation tables, read back as the hardware walks them (Arm ARM DDI 0487, D8.2).
 */
#include <platforms/arch/aarch64/translation.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { TABLES = 8 };

#define MB UINT64_C(0x100000)
#define GB UINT64_C(0x40000000)

static struct translation_table tables[TABLES];
static struct translation translation;

static int set_up(void **state)
{
    (void)state;
    memset(tables, 0, sizeof tables);
    translation_init(&translation, tables, TABLES);
    return 0;
}

/* What an access to `address` finds: the leaf descriptor and its level, or 0. */
static uint64_t walk(uint64_t address, unsigned *level)
{
    const struct translation_table *table = tables;

    for (*level = 1; *level <= 3; ++*level) {
        uint64_t entry = table->entries[address >> (12 + 9 * (3 - *level)) & 511];
        if (!(entry & 1))
            return 0;
        if (*level == 3)
            return entry & 2 ? entry : 0;
        if (!(entry & 2))
            return entry;
        table = (const struct translation_table *)(uintptr_t)(entry & UINT64_C(0xfffffffff000));
    }
    return 0;
}

static void assert_access(uint64_t address, enum translation_access access)
{
    unsigned level;
    uint64_t entry = walk(address, &level);

    if (access == TRANSLATION_NONE) {
        assert_int_equal(entry, 0);
        return;
    }
    uint64_t span = UINT64_C(1) << (12 + 9 * (3 - level));
    assert_int_equal(entry & UINT64_C(0xfffffffff000), address & ~(span - 1));
    assert_true(entry & 1 << 10);           /* AF */
    assert_false(entry & 1 << 6);           /* AP[1]: nothing for EL0 */
    assert_true(entry & UINT64_C(1) << 54); /* UXN */
    bool readonly = entry & 1 << 7;         /* AP[2] */
    bool execute = !(entry >> 53 & 1);      /* PXN */
    unsigned memory = (unsigned)entry >> 2 & 7;
    assert_int_equal(readonly, access == TRANSLATION_CODE || access == TRANSLATION_CONSTANT);
    assert_int_equal(execute, access == TRANSLATION_CODE);
    assert_int_equal(memory, access == TRANSLATION_DEVICE ? 0 : 1);
    if (access != TRANSLATION_DEVICE)
        assert_int_equal(entry >> 8 & 3, 3); /* SH: inner shareable */
}

static void uses_the_largest_blocks(void **state)
{
    unsigned level;

    (void)state;
    assert_int_equal(translation_map(&translation, GB, 2 * GB, TRANSLATION_DATA), OK);
    assert_int_equal(translation.used, 1);
    assert_access(GB, TRANSLATION_DATA);
    assert_access(3 * GB - 1, TRANSLATION_DATA);
    assert_access(GB - 1, TRANSLATION_NONE);
    assert_access(3 * GB, TRANSLATION_NONE);
    walk(2 * GB, &level);
    assert_int_equal(level, 1);

    assert_int_equal(translation_map(&translation, 4 * GB, 4 * MB, TRANSLATION_DATA), OK);
    walk(4 * GB + 3 * MB, &level);
    assert_int_equal(level, 2);
    assert_access(4 * GB + 4 * MB, TRANSLATION_NONE);
}

static void splits_a_block_around_an_exception(void **state)
{
    const uint64_t code = GB + 0x80000;

    (void)state;
    assert_int_equal(translation_map(&translation, GB, GB, TRANSLATION_DATA), OK);
    assert_int_equal(translation_map(&translation, code, 0x3000, TRANSLATION_CODE), OK);
    assert_int_equal(translation_map(&translation, code + 0x3000, 0x1000, TRANSLATION_CONSTANT),
                     OK);
    assert_int_equal(translation_map(&translation, code + 0x5000, 0x1000, TRANSLATION_NONE), OK);
    assert_int_equal(translation.used, 3);
    assert_access(code - 1, TRANSLATION_DATA);
    assert_access(code, TRANSLATION_CODE);
    assert_access(code + 0x2fff, TRANSLATION_CODE);
    assert_access(code + 0x3000, TRANSLATION_CONSTANT);
    assert_access(code + 0x4000, TRANSLATION_DATA);
    assert_access(code + 0x5fff, TRANSLATION_NONE);
    assert_access(code + 0x6000, TRANSLATION_DATA);
    assert_access(GB, TRANSLATION_DATA);
    assert_access(GB + 2 * MB, TRANSLATION_DATA);
    assert_access(2 * GB - 1, TRANSLATION_DATA);
}

static void replaces_what_a_table_held(void **state)
{
    (void)state;
    assert_int_equal(translation_map(&translation, GB + 0x1000, 0x1000, TRANSLATION_DEVICE), OK);
    assert_int_equal(translation_map(&translation, GB, GB, TRANSLATION_DATA), OK);
    assert_access(GB, TRANSLATION_DATA);
    assert_access(GB + 0x1000, TRANSLATION_DATA);
    assert_access(2 * GB - 1, TRANSLATION_DATA);
}

static void unmaps_without_taking_tables(void **state)
{
    (void)state;
    assert_int_equal(translation_map(&translation, 0, 0x1000, TRANSLATION_NONE), OK);
    assert_int_equal(translation.used, 1);
    assert_access(0, TRANSLATION_NONE);
}

static void crosses_the_border_of_two_tables(void **state)
{
    (void)state;
    assert_int_equal(translation_map(&translation, 2 * MB - 0x1000, 0x2000, TRANSLATION_DEVICE),
                     OK);
    assert_int_equal(translation.used, 4);
    assert_access(2 * MB - 0x1001, TRANSLATION_NONE);
    assert_access(2 * MB - 0x1000, TRANSLATION_DEVICE);
    assert_access(2 * MB + 0xfff, TRANSLATION_DEVICE);
    assert_access(2 * MB + 0x1000, TRANSLATION_NONE);
}

static void refuses_what_it_cannot_map(void **state)
{
    const uint64_t limit = UINT64_C(1) << 39;

    (void)state;
    assert_int_equal(translation_map(&translation, 1, 0x1000, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, 0, 1, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, limit, 0x1000, TRANSLATION_DATA), ERR_INVALID);
    assert_int_equal(translation_map(&translation, 0x1000, UINT64_MAX - 0xfff, TRANSLATION_DATA),
                     ERR_INVALID);
    assert_int_equal(translation_map(&translation, limit - GB, GB, TRANSLATION_DATA), OK);
    assert_access(limit - 1, TRANSLATION_DATA);
}

static void says_when_the_tables_run_out(void **state)
{
    enum status status = OK;
    unsigned mapped = 0;

    (void)state;
    for (uint64_t at = 0; !status; at += 2 * MB, mapped++)
        status = translation_map(&translation, at, 0x1000, TRANSLATION_DEVICE);
    assert_int_equal(status, ERR_NO_MEMORY);
    assert_int_equal(translation.used, TABLES);
    assert_int_equal(mapped - 1, TABLES - 2); /* all but the root and one of level 2 */
    assert_access((mapped - 2) * 2 * MB, TRANSLATION_DEVICE);
}

/* Against the plainest model there is: an array of what each page is. */
static void agrees_with_a_page_array(void **state)
{
    enum { PAGES = 3 * 512 };
    static enum translation_access model[PAGES];
    unsigned seed = 1;

    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        unsigned first = (seed = seed * 1103515245 + 12345) >> 8 & 0xffff;
        unsigned count = (seed = seed * 1103515245 + 12345) >> 8 & 0xffff;
        enum translation_access access = (seed = seed * 1103515245 + 12345) >> 8 & 3;
        first %= PAGES;
        count %= PAGES - first;
        for (unsigned i = first; i < first + count; i++)
            model[i] = access;
        assert_int_equal(translation_map(&translation, first * 0x1000, count * 0x1000, access), OK);
    }
    for (unsigned i = 0; i < PAGES; i++)
        assert_access(i * UINT64_C(0x1000), model[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(uses_the_largest_blocks, set_up),
        cmocka_unit_test_setup(splits_a_block_around_an_exception, set_up),
        cmocka_unit_test_setup(replaces_what_a_table_held, set_up),
        cmocka_unit_test_setup(unmaps_without_taking_tables, set_up),
        cmocka_unit_test_setup(crosses_the_border_of_two_tables, set_up),
        cmocka_unit_test_setup(refuses_what_it_cannot_map, set_up),
        cmocka_unit_test_setup(says_when_the_tables_run_out, set_up),
        cmocka_unit_test_setup(agrees_with_a_page_array, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
