/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/memory.c kernel/page.c kernel/page_check.c kernel/budget.c kernel/profile.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * RAM that is there against RAM of the board's file, which on the fake board is 96 KB at
 * 0x20000000.
 */
#include "kernel_fake.h"

#include <kernel/memory.h>
#include <kernel/profile.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { RAM = 0x20000000, SIZE = 0x18000 };

static size_t told; /* differences by the tests before */

static int set_up(void **state)
{
    (void)state;
    fake_reset();
    profile.memory = 0;
    told = profile_difference_count();
    return 0;
}

static void takes_what_is_there(void **state)
{
    static const struct memory_range exact[] = {{RAM, SIZE}};
    static const struct memory_range pieces[] = {
        {RAM + 0x10000, SIZE}, {RAM - 0x1000, 0x9000}, {RAM, 0}, {RAM + 0x8000, 0x8000}};

    (void)state;
    memory_found("loader", exact, 1);
    assert_int_equal(profile.memory, SIZE);
    memory_found("loader", pieces, 4);
    assert_int_equal(profile.memory, SIZE + SIZE + 0x9000 + 0x8000);
    assert_int_equal(profile_difference_count(), told);
}

static void tells_of_gaps(void **state)
{
    static const struct memory_range ranges[] = {{RAM + 0x10000, 0x4000}, {RAM + 0x1000, 0x7000}};

    (void)state;
    memory_found("loader", ranges, 2);
    assert_int_equal(profile_difference_count(), told + 3);
    assert_string_equal(profile_difference(told),
                        "no memory from 0x" HIGH_DIGITS "20000000 to 0x" HIGH_DIGITS "20000fff, "
                        "where the board file has ram");
    assert_string_equal(profile_difference(told + 1),
                        "no memory from 0x" HIGH_DIGITS "20008000 to 0x" HIGH_DIGITS "2000ffff, "
                        "where the board file has ram");
    assert_string_equal(profile_difference(told + 2),
                        "no memory from 0x" HIGH_DIGITS "20014000 to 0x" HIGH_DIGITS "20017fff, "
                        "where the board file has ram");
}

static void may_be_all_elsewhere(void **state)
{
    static const struct memory_range ranges[] = {{RAM - 0x1000, 0x1000}, {RAM + SIZE, 0x1000}};

    (void)state;
    memory_found("loader", ranges, 2);
    assert_int_equal(profile_difference_count(), told + 1);
    assert_string_equal(profile_difference(told),
                        "no memory from 0x" HIGH_DIGITS "20000000 to 0x" HIGH_DIGITS "20017fff, "
                        "where the board file has ram");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(takes_what_is_there, set_up),
        cmocka_unit_test_setup(tells_of_gaps, set_up),
        cmocka_unit_test_setup(may_be_all_elsewhere, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
