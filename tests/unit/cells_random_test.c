/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/cells/random.c services/cells/sha256.c services/cells/features.c
// link: services/cells/words.c
/*
 * The pool that agents' random bytes come from, where time stands still: with no source two nodes
 * of one name draw the same, and say so when an agent draws; a source makes them differ, at the
 * start and later.
 */
#include <services/cells/random.h>

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/entropy.h>
#include <kernel/log.h>
#include <kernel/profile.h>
#include <setjmp.h>
#include <sha2.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

const struct board board;

static enum status source; /* what the board's answers */
static uint8_t given;      /* what it gives, over and over */
static unsigned logged[LOG_DEBUG + 1];

bool profile_has(unsigned feature)
{
    (void)feature;
    return false;
}

uint64_t clock_now(void)
{
    return 5;
}

enum status entropy_read(void *bytes, size_t size)
{
    assert_int_equal(size, 32);
    memset(bytes, given, size);
    return source;
}

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    assert_string_equal(module, "cells");
    assert_non_null(strstr(site->format, "source of random bytes"));
    logged[shape & ((1 << LOG_LEVEL_BITS) - 1)]++;
}

static int set_up(void **state)
{
    (void)state;
    memset(logged, 0, sizeof(logged));
    source = OK;
    given = 0;
    return 0;
}

static void begin(struct cells *cells)
{
    memset(cells, 0, sizeof(*cells));
    random_begin(cells, "node");
}

static bool draw_the_same(struct cells *one, struct cells *other)
{
    uint8_t here[100], there[100];
    random_draw(one, here, sizeof(here));
    random_draw(other, there, sizeof(there));
    assert_memory_not_equal(here, here + 32, 32);
    assert_memory_not_equal(here + 32, here + 64, 32);
    return memcmp(here, there, sizeof(here)) == 0;
}

static void is_seeded_at_the_start(void **state)
{
    struct cells one, other;
    (void)state;
    begin(&one);
    begin(&other);
    assert_true(draw_the_same(&one, &other));
    given = 1;
    begin(&other);
    assert_false(draw_the_same(&one, &other));
    random_warn(&one);
    assert_int_equal(logged[LOG_INFO] + logged[LOG_WARNING], 0);
}

static void says_once_that_nothing_seeds_it(void **state)
{
    struct cells one, other;
    (void)state;
    source = ERR_NOT_FOUND;
    begin(&one);
    assert_int_equal(logged[LOG_INFO] + logged[LOG_WARNING], 0);
    random_warn(&one);
    random_warn(&one);
    assert_int_equal(logged[LOG_INFO], 1);
    source = ERR_DEVICE;
    given = 1; /* which must not count */
    begin(&other);
    assert_int_equal(logged[LOG_WARNING], 1);
    random_warn(&other);
    assert_int_equal(logged[LOG_INFO], 2);
    assert_true(draw_the_same(&one, &other));
    assert_int_equal(random_seed(&other), ERR_DEVICE);
    assert_true(draw_the_same(&one, &other));
}

static void is_seeded_again(void **state)
{
    struct cells one, other;
    (void)state;
    source = ERR_NOT_FOUND;
    begin(&one);
    source = OK;
    assert_int_equal(random_seed(&one), OK);
    random_warn(&one);
    assert_int_equal(logged[LOG_INFO], 0);
    given = 1;
    begin(&one);
    begin(&other);
    given = 2;
    assert_int_equal(random_seed(&one), OK);
    assert_int_equal(random_seed(&other), OK);
    assert_true(draw_the_same(&one, &other));
    given = 3;
    assert_int_equal(random_seed(&other), OK);
    assert_false(draw_the_same(&one, &other));
}

/* Who reads the pool afterwards can't draw again what was drawn. */
static void goes_on_after_a_draw(void **state)
{
    struct cells cells;
    uint8_t bytes[32], again[32];
    SHA2_CTX context;
    (void)state;
    begin(&cells);
    random_draw(&cells, bytes, sizeof(bytes));
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)"draw", 4);
    SHA256Update(&context, cells.pool, sizeof(cells.pool));
    SHA256Final(again, &context);
    assert_memory_not_equal(bytes, again, sizeof(bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(is_seeded_at_the_start, set_up),
        cmocka_unit_test_setup(says_once_that_nothing_seeds_it, set_up),
        cmocka_unit_test_setup(is_seeded_again, set_up),
        cmocka_unit_test_setup(goes_on_after_a_draw, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
