/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/claim.c
/*
 * Claims: one at a time, given back or run out.
 */
#include "fake_time.h"

#include <kernel/claim.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { PATIENCE = 500 };

static void claims_are_given_back_or_run_out(void **state)
{
    struct claim claim = {.until = 0};
    uint64_t first, second;
    (void)state;
    assert_int_equal(claim_acquire(&claim, PATIENCE, &first), OK);
    assert_int_equal(first, now + PATIENCE);
    assert_int_equal(claim_acquire(&claim, PATIENCE, &second), ERR_BUSY);
    claim_release(&claim, first);
    assert_int_equal(claim_acquire(&claim, PATIENCE, &first), OK);
    now = first;
    assert_int_equal(claim_acquire(&claim, PATIENCE, &second), OK);
    claim_release(&claim, first); /* comes too late: it is the second's now */
    assert_int_equal(claim_acquire(&claim, PATIENCE, &first), ERR_BUSY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_given_back_or_run_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
