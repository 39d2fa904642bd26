/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S
/*
 * The log: the form of a line, what happens when the ring is full, and its three readers.
 */
#include "kernel_fake.h"

#include <kernel/event.h>
#include <kernel/log.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int setup(void **state)
{
    (void)state;
    char text[64];
    fake_reset();
    log_follow(NULL);
    while (log_read(text, sizeof(text)))
        continue;
    return 0;
}

static void lines_carry_time_module_and_level(void **state)
{
    (void)state;
    fake.now = UINT64_C(12345678999);
    log_info("uart0", "up at %d baud", 115200);
    log_warning("mesh", "late");
    log_error("disk", "gone");
    log_drain();
    assert_string_equal(fake.output, "[   12.345678] uart0: up at 115200 baud\r\n"
                                     "[   12.345678] mesh: warning: late\r\n"
                                     "[   12.345678] disk: error: gone\r\n");
}

static void levels_above_the_configured_one_are_left_out(void **state)
{
    (void)state;
    log_at(CONFIG_LOG_LEVEL + 1, "x", "not this");
    log_drain();
    assert_string_equal(fake.output, "");
}

static void a_slow_device_gets_everything_in_order(void **state)
{
    (void)state;
    char expected[4096] = "";
    for (int i = 0; i < 30; i++) {
        char line[64];
        snprintf(line, sizeof(line), "[    0.000000] m: line %d\r\n", i);
        strcat(expected, line);
        log_info("m", "line %d", i);
        fake.room = 17;
        log_drain();
    }
    for (int i = 0; i < 100; i++) {
        fake.room = 23;
        log_drain();
    }
    assert_string_equal(fake.output, expected);
}

static void nothing_is_written_before_the_console_is_up(void **state)
{
    (void)state;
    board.devices_up[FAKE_UART] = false;
    log_info("early", "kept");
    log_drain();
    assert_string_equal(fake.output, "");
    board.devices_up[FAKE_UART] = true;
    log_drain();
    assert_string_equal(fake.output, "[    0.000000] early: kept\r\n");
}

static unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

static void dropped_lines_are_counted_and_told(void **state)
{
    (void)state;
    uint32_t before = log_dropped_count();
    for (int i = 0; i < 200; i++)
        log_info("flood", "line %03d of a flood that no ring can hold", i);
    uint32_t dropped = log_dropped_count() - before;
    assert_in_range(dropped, 1, 199);
    log_drain();
    char notice[64];
    snprintf(notice, sizeof(notice), "] log: %u lines dropped\r\n", (unsigned)dropped);
    const char *told = strstr(fake.output, notice);
    assert_non_null(told);
    assert_int_equal(occurrences(fake.output, "of a flood that no ring can hold\r\n"),
                     200 - dropped);

    log_info("after", "the flood");
    log_drain();
    assert_int_equal(occurrences(fake.output, "dropped"), 1);
    assert_non_null(strstr(told, "] after: the flood\r\n"));
}

static void the_notice_stands_where_lines_are_missing(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++)
        log_info("flood", "line %03d of a flood that no ring can hold", i);
    fake.room = 300;
    log_drain();
    fake.room = SIZE_MAX;
    log_info("later", "there is room again");
    log_drain();
    const char *told = strstr(fake.output, "dropped\r\n");
    const char *later = strstr(fake.output, "there is room again");
    assert_non_null(told);
    assert_non_null(later);
    assert_true(told < later);
}

static void a_follower_is_told_and_reads_by_line(void **state)
{
    (void)state;
    struct event event = {0};
    char text[256];
    log_follow(&event);
    assert_false(event.signalled);
    log_info("a", "one");
    assert_true(event.signalled);
    log_info("a", "two");
    log_drain();
    assert_string_equal(fake.output, "");

    size_t length = log_read(text, sizeof(text));
    text[length] = '\0';
    assert_string_equal(text, "[    0.000000] a: one\r\n");
    assert_int_equal(log_read(text, 5), 5);
    assert_memory_equal(text, "[    ", 5);
    length = log_read(text, sizeof(text));
    text[length] = '\0';
    assert_string_equal(text, "0.000000] a: two\r\n");
    assert_int_equal(log_read(text, sizeof(text)), 0);
    log_follow(NULL);
}

static void a_follower_that_comes_late_is_told_at_once(void **state)
{
    (void)state;
    struct event event = {0};
    log_info("a", "before");
    log_follow(&event);
    assert_true(event.signalled);
    log_follow(NULL);
}

static void a_panic_can_flush_by_polling(void **state)
{
    (void)state;
    struct event event = {0};
    log_follow(&event);
    log_error("a", "last words");
    fake.room = 0;
    log_flush_polled();
    assert_true(fake.polled);
    assert_string_equal(fake.output, "[    0.000000] a: error: last words\r\n");
    log_follow(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_carry_time_module_and_level, setup),
        cmocka_unit_test_setup(levels_above_the_configured_one_are_left_out, setup),
        cmocka_unit_test_setup(a_slow_device_gets_everything_in_order, setup),
        cmocka_unit_test_setup(nothing_is_written_before_the_console_is_up, setup),
        cmocka_unit_test_setup(dropped_lines_are_counted_and_told, setup),
        cmocka_unit_test_setup(the_notice_stands_where_lines_are_missing, setup),
        cmocka_unit_test_setup(a_follower_is_told_and_reads_by_line, setup),
        cmocka_unit_test_setup(a_follower_that_comes_late_is_told_at_once, setup),
        cmocka_unit_test_setup(a_panic_can_flush_by_polling, setup),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
