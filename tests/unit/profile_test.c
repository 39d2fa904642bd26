/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/profile.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The hardware profile of the fake board, whose CPU has ink and grid and knows of colour, and whose
 * file asks for grid, colour and smell.
 */
#include "kernel_fake.h"

#include <kernel/log.h>
#include <kernel/profile.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void knows_what_is_there(void **state)
{
    (void)state;
    assert_true(profile_has(0));
    assert_false(profile_has(1));
    assert_true(profile_has(2));
    assert_false(profile_has(3));
}

static int set_up(void **state)
{
    (void)state;
    profile = fake_profile;
    profile.cores = 0;
    return 0;
}

static void tells_what_the_board_asks_for_in_vain(void **state)
{
    (void)state;
    fake_reset();
    profile_check();
    log_drain();
    assert_string_equal(
        fake_output,
        "[    0.000000] cpu: warning: no colour, which paper is to have: going on without it\r\n"
        "[    0.000000] cpu: warning: no smell, which paper is to have: going on without it\r\n");
}

/* After the two of the test before: six more fit, the rest is counted. */
static void keeps_what_differs(void **state)
{
    (void)state;
    assert_int_equal(profile_difference_count(), 2);
    assert_string_equal(profile_difference(1),
                        "no smell, which paper is to have: going on without it");
    assert_null(profile_difference(2));
    for (unsigned i = 2; i < PROFILE_DIFFERENCES + 3; i++)
        profile_differs("sheet", "hole %u%100s", i, "");
    assert_int_equal(profile_difference_count(), PROFILE_DIFFERENCES + 3);
    assert_int_equal(strlen(profile_difference(7)), PROFILE_DIFFERENCE_SIZE - 1);
    assert_memory_equal(profile_difference(7), "hole 7 ", 7);
    assert_null(profile_difference(PROFILE_DIFFERENCES));
}

static void tells_of_cores_in_vain(void **state)
{
    (void)state;
    log_drain(); /* what the tests before left */
    fake_reset();
    profile.features = board.cpu_features;
    profile.cores = 2;
    profile_check();
    profile.cores = 1;
    profile_check();
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] cpu: warning: 1 of 2 cores: going on without "
                                     "the rest\r\n");
}

static void names_caches(void **state)
{
    (void)state;
    assert_string_equal(cache_kind_name(CACHE_DATA), "data");
    assert_string_equal(cache_kind_name(CACHE_INSTRUCTION), "instruction");
    assert_string_equal(cache_kind_name(CACHE_UNIFIED), "unified");
    assert_string_equal(cache_kind_name((enum cache_kind)3), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_what_is_there),
        cmocka_unit_test(tells_what_the_board_asks_for_in_vain),
        cmocka_unit_test(keeps_what_differs),
        cmocka_unit_test(tells_of_cores_in_vain),
        cmocka_unit_test(names_caches),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
