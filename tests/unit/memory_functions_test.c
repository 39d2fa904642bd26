/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * memcpy, memmove and memset do what C17 7.24 says, byte for byte, wherever they begin and however
 * much it is: on this machine the C library's, and where `make kernel-test` runs this the board's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORD = 8, LONGEST = 70, MARGIN = 8, ROOM = LONGEST + 2 * WORD + 2 * MARGIN };

/* The compiler does not see which functions these are, and calls them. */
static void *(*volatile copy)(void *to, const void *from, size_t size) = memcpy;
static void *(*volatile move)(void *to, const void *from, size_t size) = memmove;
static void *(*volatile fill)(void *to, int byte, size_t size) = memset;

static _Alignas(WORD) uint8_t found[ROOM], source[ROOM];
static volatile uint8_t expected[ROOM]; /* or the compiler would have memcpy and memset fill it */

/* No byte is 0, and none is another's within ROOM. */
static void prepare(void)
{
    for (unsigned i = 0; i < ROOM; i++) {
        found[i] = expected[i] = (uint8_t)(i + 1);
        source[i] = (uint8_t)(i + 1 + ROOM);
    }
}

static unsigned first_difference(void)
{
    unsigned at = 0;
    while (at < ROOM && found[at] == expected[at])
        at++;
    return at;
}

static void memcpy_copies_all_and_nothing_else(void **state)
{
    (void)state;
    for (unsigned to = MARGIN; to < MARGIN + WORD; to++)
        for (unsigned from = MARGIN; from < MARGIN + WORD; from++)
            for (unsigned size = 0; size <= LONGEST; size++) {
                prepare();
                for (unsigned i = 0; i < size; i++)
                    expected[to + i] = source[from + i];
                assert_ptr_equal(copy(&found[to], &source[from], size), &found[to]);
                assert_int_equal(first_difference(), ROOM);
            }
}

/* Of one array, so that what is moved overlaps with where it goes, in both directions. */
static void memmove_moves_what_overlaps(void **state)
{
    (void)state;
    for (unsigned to = MARGIN; to < MARGIN + 2 * WORD; to++)
        for (unsigned from = MARGIN; from < MARGIN + 2 * WORD; from++)
            for (unsigned size = 0; size <= LONGEST; size++) {
                prepare();
                for (unsigned i = 0; i < size; i++)
                    expected[to + i] = found[from + i];
                assert_ptr_equal(move(&found[to], &found[from], size), &found[to]);
                assert_int_equal(first_difference(), ROOM);
            }
}

/* The byte is an int, of which the low eight bits count. */
static void memset_sets_all_and_nothing_else(void **state)
{
    (void)state;
    static const int bytes[] = {0, 0xa5, 0xff, -2, 0x12345680};
    for (unsigned byte = 0; byte < sizeof(bytes) / sizeof(bytes[0]); byte++)
        for (unsigned to = MARGIN; to < MARGIN + WORD; to++)
            for (unsigned size = 0; size <= LONGEST; size++) {
                prepare();
                for (unsigned i = 0; i < size; i++)
                    expected[to + i] = (uint8_t)bytes[byte];
                assert_ptr_equal(fill(&found[to], bytes[byte], size), &found[to]);
                assert_int_equal(first_difference(), ROOM);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memcpy_copies_all_and_nothing_else),
        cmocka_unit_test(memmove_moves_what_overlaps),
        cmocka_unit_test(memset_sets_all_and_nothing_else),
    };
    return cmocka_run_group_tests_name("memory_functions", tests, NULL, NULL);
}
