/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * The log: the form of a line, what happens when the ring is full, levels, and its readers.
 */
#include "kernel_fake.h"

#include <kernel/event.h>
#include <kernel/log.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct log_reader reader;
static struct event activity;

static int setup(void **state)
{
    (void)state;
    char text[64];
    fake_reset();
    assert_int_equal(log_follow(&reader, &activity), OK);
    while (log_read(&reader, text, sizeof(text)))
        continue;
    log_unfollow(&reader);
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
    assert_string_equal(fake_output, "[   12.345678] uart0: up at 115200 baud\r\n"
                                     "[   12.345678] mesh: warning: late\r\n"
                                     "[   12.345678] disk: error: gone\r\n");
}

static void levels_above_the_configured_one_are_left_out(void **state)
{
    (void)state;
    log_at(CONFIG_LOG_LEVEL + 1, "x", "not this");
    log_drain();
    assert_string_equal(fake_output, "");
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
    assert_string_equal(fake_output, expected);
}

static void nothing_is_written_before_the_console_is_up(void **state)
{
    (void)state;
    board.devices_up[FAKE_UART] = false;
    log_info("early", "kept");
    log_drain();
    assert_string_equal(fake_output, "");
    board.devices_up[FAKE_UART] = true;
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] early: kept\r\n");
}

static unsigned occurrences(const char *text, const char *part)
{
    unsigned count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

enum { FLOOD = CONFIG_LOG_BUFFER / 16 }; /* records are longer than 32 bytes */

static void flood(void)
{
    for (int i = 0; i < FLOOD; i++)
        log_info("flood", "line %05d of %s", i, "a flood that no ring can hold");
}

static void lost_records_are_counted_and_told(void **state)
{
    (void)state;
    uint32_t before = log_dropped_count();
    flood();
    log_drain();
    uint32_t dropped = log_dropped_count() - before;
    assert_in_range(dropped, 1, FLOOD - 1);
    char notice[64];
    snprintf(notice, sizeof(notice), "] log: %u records dropped\r\n", (unsigned)dropped);
    const char *told = strstr(fake_output, notice);
    assert_non_null(told);
    assert_ptr_equal(told, strchr(fake_output, ']'));
    assert_int_equal(occurrences(fake_output, "of a flood that no ring can hold\r\n"),
                     FLOOD - dropped);
    snprintf(notice, sizeof(notice), "flood: line %05u of", (unsigned)dropped);
    assert_non_null(strstr(told, notice));

    log_info("after", "the flood");
    log_drain();
    assert_int_equal(occurrences(fake_output, "dropped"), 1);
    assert_non_null(strstr(told, "] after: the flood\r\n"));
}

static void a_line_whose_record_is_lost_is_ended(void **state)
{
    (void)state;
    log_info("m", "half of this");
    fake.room = 20;
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] m: ha");
    flood();
    fake.room = SIZE_MAX;
    log_drain();
    assert_memory_equal(fake_output, "[    0.000000] m: ha\r\n[    0.000000] log: ", 42);
}

static void an_interrupt_may_write_while_a_line_is_read(void **state)
{
    (void)state;
    char text[8], all[256] = "";
    log_begin(&reader, UINT32_MAX);
    while (log_read(&reader, text, sizeof(text)))
        continue;
    log_info("m", "the first");
    for (size_t size, i = 0; (size = log_read(&reader, text, sizeof(text))); i++) {
        strncat(all, text, size);
        if (i == 1) {
            fake.in_interrupt = true;
            log_warning("i", "%u", 2u);
            fake.in_interrupt = false;
        }
    }
    assert_string_equal(all, "[    0.000000] m: the first\r\n[    0.000000] i: warning: 2\r\n");
}

static void arguments_are_kept_as_they_were(void **state)
{
    (void)state;
    char name[] = "before";
    log_info("m", "%s %s %d %u %lld %p %c", name, (const char *)NULL, -1, 4000000000u,
             -5000000000ll, (void *)0x1234, 'x');
    strcpy(name, "after");
    log_info("m", "%%%zu %lu %5s|%-5s|%08lx", (size_t)UINT32_MAX, 1ul, "a", "b", 0xbeeful);
    log_info("m", "nothing");
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] m: before (null) -1 4000000000 -5000000000 "
                                     "0x" HIGH_DIGITS "00001234 x\r\n"
                                     "[    0.000000] m: %4294967295 1     a|b    |0000beef\r\n"
                                     "[    0.000000] m: nothing\r\n");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[300], expected[400];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_info("m", "%s %s", text, text);
    log_drain();
    snprintf(expected, sizeof(expected), "[    0.000000] m: %.128s \r\n", text);
    assert_string_equal(fake_output, expected);
}

static void what_was_read_is_kept(void **state)
{
    (void)state;
    char text[256];
    struct log_reader second;
    log_info("m", "kept");
    log_drain();
    log_begin(&second, UINT32_MAX);
    size_t length, last = 0;
    while ((length = log_read(&second, text, sizeof(text) - 1)))
        last = length;
    text[last] = '\0';
    assert_string_equal(text, "[    0.000000] m: kept\r\n");
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] m: kept\r\n");
    log_info("m", "and this");
    log_begin(&second, 2);
    assert_int_equal(log_read(&second, text, sizeof(text)), 24);
    assert_int_equal(log_read(&second, text, sizeof(text)), 28);
    assert_int_equal(log_read(&second, text, sizeof(text)), 0);
    log_begin(&second, 0);
    assert_false(log_waits(&second));
}

static void levels_are_set_for_all_or_by_module(void **state)
{
    (void)state;
    assert_int_equal(log_level_set(NULL, CONFIG_LOG_LEVEL + 1), ERR_INVALID);
    assert_int_equal(log_level_set("loud", LOG_INFO), OK);
    assert_null(log_level_module(0));
    assert_int_equal(log_level_set(NULL, LOG_WARNING), OK);
    assert_int_equal(log_level_set("loud", LOG_INFO), OK);
    assert_string_equal(log_level_module(0), "loud");
    assert_null(log_level_module(1));
    log_info("quiet", "no");
    log_info("loud", "yes");
    log_warning("quiet", "yes");
    log_drain();
    assert_string_equal(fake_output, "[    0.000000] loud: yes\r\n"
                                     "[    0.000000] quiet: warning: yes\r\n");
    for (unsigned i = 1; i < CONFIG_LOG_MODULES; i++) {
        char name[16];
        snprintf(name, sizeof(name), "module %u", i);
        assert_int_equal(log_level_set(name, LOG_ERROR), OK);
    }
    assert_int_equal(log_level_set("one too many", LOG_ERROR), ERR_LIMIT);
    assert_int_equal(log_level_set("loud", LOG_WARNING), OK);
    assert_int_equal(log_level("loud"), LOG_WARNING);
    assert_int_equal(log_level_set("one more", LOG_ERROR), OK);
    assert_int_equal(log_level("one more"), LOG_ERROR);
    for (const char *module; (module = log_level_module(0));)
        assert_int_equal(log_level_set(module, LOG_WARNING), OK);
    assert_int_equal(log_level_set(NULL, LOG_INFO), OK);
}

static void a_follower_is_told_and_reads_by_line(void **state)
{
    (void)state;
    char text[256];
    log_follow(&reader, &activity);
    activity.signalled = false;
    log_info("a", "one");
    assert_true(activity.signalled);
    log_info("a", "two");
    log_drain();
    assert_string_equal(fake_output, "");

    size_t length = log_read(&reader, text, sizeof(text));
    text[length] = '\0';
    assert_string_equal(text, "[    0.000000] a: one\r\n");
    assert_int_equal(log_read(&reader, text, 5), 5);
    assert_memory_equal(text, "[    ", 5);
    log_unfollow(&reader);
    log_drain();
    assert_string_equal(fake_output, "0.000000] a: two\r\n");
}

static void two_can_follow(void **state)
{
    (void)state;
    static struct log_reader second, third;
    uint8_t record[TRACE_RECORD_MAX];
    char text[64];
    assert_int_equal(log_follow(&reader, &activity), OK);
    assert_int_equal(log_follow(&reader, &activity), OK);
    assert_int_equal(log_follow(&second, &activity), OK);
    assert_int_equal(log_follow(&third, &activity), ERR_LIMIT);
    log_info("a", "for both");
    assert_int_equal(log_read(&reader, text, sizeof(text)), 28);
    size_t size = log_take(&second, record);
    assert_true(size > 4);
    assert_int_equal(record[0], TRACE_EVENT | LOG_INFO << TRACE_LEVEL_SHIFT);
    assert_int_equal(log_take(&second, record), 0);
    log_unfollow(&second);
    log_unfollow(&reader);
}

static void a_follower_that_comes_late_gets_what_there_was(void **state)
{
    (void)state;
    char text[64];
    log_info("a", "before");
    activity.signalled = false;
    log_follow(&reader, &activity);
    assert_true(activity.signalled);
    assert_int_equal(log_read(&reader, text, sizeof(text)), 26);
    log_unfollow(&reader);
}

static void a_panic_can_flush_by_polling(void **state)
{
    (void)state;
    log_follow(&reader, &activity);
    log_error("a", "last words");
    fake.room = 0;
    log_flush_polled();
    assert_true(fake.polled);
    assert_string_equal(fake_output, "[    0.000000] a: error: last words\r\n");
    log_unfollow(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_carry_time_module_and_level, setup),
        cmocka_unit_test_setup(levels_above_the_configured_one_are_left_out, setup),
        cmocka_unit_test_setup(a_slow_device_gets_everything_in_order, setup),
        cmocka_unit_test_setup(nothing_is_written_before_the_console_is_up, setup),
        cmocka_unit_test_setup(lost_records_are_counted_and_told, setup),
        cmocka_unit_test_setup(a_line_whose_record_is_lost_is_ended, setup),
        cmocka_unit_test_setup(an_interrupt_may_write_while_a_line_is_read, setup),
        cmocka_unit_test_setup(arguments_are_kept_as_they_were, setup),
        cmocka_unit_test_setup(long_texts_are_cut, setup),
        cmocka_unit_test_setup(what_was_read_is_kept, setup),
        cmocka_unit_test_setup(levels_are_set_for_all_or_by_module, setup),
        cmocka_unit_test_setup(a_follower_is_told_and_reads_by_line, setup),
        cmocka_unit_test_setup(two_can_follow, setup),
        cmocka_unit_test_setup(a_follower_that_comes_late_gets_what_there_was, setup),
        cmocka_unit_test_setup(a_panic_can_flush_by_polling, setup),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
