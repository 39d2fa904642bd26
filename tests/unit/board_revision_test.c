/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * How much memory a Raspberry Pi has, by its revision code.
 */
#include <platforms/drivers/bcm2835-mailbox/board_revision.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void tells_memory(void **state)
{
    const uint64_t gigabyte = UINT64_C(1) << 30;

    (void)state;
    assert_true(board_revision_memory(0xa02082) == gigabyte);     /* 3B */
    assert_true(board_revision_memory(0x9020e0) == gigabyte / 2); /* 3A+ */
    assert_true(board_revision_memory(0xa03111) == gigabyte);     /* 4B */
    assert_true(board_revision_memory(0xb03115) == 2 * gigabyte);
    assert_true(board_revision_memory(0xc03114) == 4 * gigabyte);
    assert_true(board_revision_memory(0xd03114) == 8 * gigabyte);
    assert_true(board_revision_memory(0x1a02082) == gigabyte); /* warranty void */
}

static void knows_nothing_of_the_old(void **state)
{
    (void)state;
    assert_true(board_revision_memory(0x0010) == 0); /* 1B+ */
    assert_true(board_revision_memory(0) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_memory),
        cmocka_unit_test(knows_nothing_of_the_old),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
