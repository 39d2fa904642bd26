/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: kernel/interrupt.c tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The panic report that is kept: whole, cut off, damaged, told once. A start is last_panic_find.
 */
#include "../../kernel/last_panic.c"

#include "kernel_fake.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    fake_reset();
    memset(&kept, 0xa5, sizeof(kept)); /* as memory is at first */
    return 0;
}

static void keep(const char *text)
{
    last_panic_begin();
    while (*text)
        last_panic_add(*text++);
    last_panic_end();
}

/* Whether the start tells of a panic. */
static bool start_tells(const char *line)
{
    fake_reset();
    last_panic_find();
    log_flush_polled();
    return strstr(fake_output, line);
}

static void what_memory_is_at_first_is_no_report(void **state)
{
    (void)state;
    size_t length;
    assert_false(start_tells("before the reset"));
    assert_null(last_panic(&length));
    memset(&kept, 0, sizeof(kept));
    assert_false(start_tells("before the reset"));
    assert_null(last_panic(&length));
}

static void a_report_is_found_and_told_once(void **state)
{
    (void)state;
    size_t length;
    keep("panic: no disk\n  task: shell\n");
    assert_null(last_panic(&length)); /* it is this run's */
    assert_true(start_tells("boot: error: before the reset: panic: no disk\r\n"));
    assert_memory_equal(last_panic(&length), "panic: no disk\n  task: shell\n", 29);
    assert_int_equal(length, 29);
    assert_false(start_tells("before the reset"));
    assert_non_null(last_panic(&length));
    last_panic_add('x'); /* what is printed now is none of its own */
    assert_non_null(last_panic(&length));
    assert_int_equal(length, 29);
}

static void a_damaged_one_is_none(void **state)
{
    (void)state;
    size_t length;
    keep("panic: no disk\n");
    kept.text[3] ^= 4;
    assert_false(start_tells("before the reset"));
    assert_null(last_panic(&length));
    keep("panic: no disk\n");
    kept.length = CONFIG_PANIC_KEPT + 1;
    assert_false(start_tells("before the reset"));
    keep("panic: no disk\n");
    kept.length--;
    assert_false(start_tells("before the reset"));
    last_panic_begin();
    last_panic_add('p'); /* and then the board hangs */
    assert_false(start_tells("before the reset"));
}

static void a_long_one_is_cut_at_its_end(void **state)
{
    (void)state;
    size_t length;
    last_panic_begin();
    for (unsigned i = 0; i < CONFIG_PANIC_KEPT + 5u; i++)
        last_panic_add((char)('a' + i % 26));
    last_panic_end();
    assert_true(start_tells("before the reset: abcdefghijklm"));
    const char *text = last_panic(&length);
    assert_int_equal(length, CONFIG_PANIC_KEPT);
    assert_int_equal(text[length - 1], 'a' + (CONFIG_PANIC_KEPT - 1) % 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_memory_is_at_first_is_no_report, setup),
        cmocka_unit_test_setup(a_report_is_found_and_told_once, setup),
        cmocka_unit_test_setup(a_damaged_one_is_none, setup),
        cmocka_unit_test_setup(a_long_one_is_cut_at_its_end, setup),
    };
    return cmocka_run_group_tests_name("last_panic", tests, NULL, NULL);
}
