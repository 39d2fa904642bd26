/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c kernel/span.c tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c
// link: tests/unit/task_fixture.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S kernel/harmony.c
// link: kernel/channel.c kernel/capability.c tests/unit/host_stack.c
/*
 * Spans: what is recorded of them, which is inside which, and that nothing is where they are off.
 */
#include "kernel_fake.h"
#include "task_fixture.h"

#include <kernel/event.h>
#include <kernel/span.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct log_reader reader;

static int setup(void **state)
{
    (void)state;
    uint8_t record[TRACE_RECORD_MAX];
    fixture_reset();
    log_level_set(NULL, LOG_DEBUG);
    log_begin(&reader, UINT32_MAX);
    while (log_take(&reader, record))
        continue;
    return 0;
}

/* The next record's line without its time; spans count from `first`, which is 1. */
static const char *next_line(uint32_t first)
{
    static char text[128], line[128];
    size_t size = log_read(&reader, text, sizeof(text) - 1);
    text[size] = '\0';
    if (size == 0)
        return "";
    unsigned number = 0;
    int skip = 0;
    sscanf(text, "[ %*d.%*d] span %u %n", &number, &skip);
    snprintf(line, sizeof(line), "%u %s", number - first + 1, text + skip);
    line[strcspn(line, "\r")] = '\0';
    return line;
}

static struct span outside, inside;

static void nest(void *argument)
{
    (void)argument;
    outside = span_begin("m", "outside of %d", 2);
    struct span before = span_enter(outside);
    inside = span_begin("m", "inside");
    struct span between = span_enter(inside);
    span_exit(inside, between);
    span_clone(inside);
    span_end(inside);
    span_exit(outside, before);
    span_end(outside);
}

static void spans_are_inside_the_one_their_task_is_in(void **state)
{
    (void)state;
    char inner[64];
    fixture_spawn(3, nest, NULL);
    fixture_run();
    const uint32_t first = outside.number;
    assert_int_equal(inside.number, first + 1);
    assert_string_equal(next_line(first), "1 in 0 begins: m: outside of 2");
    assert_string_equal(next_line(first), "1 is entered");
    snprintf(inner, sizeof(inner), "2 in %u begins: m: inside", (unsigned)first);
    assert_string_equal(next_line(first), inner);
    assert_string_equal(next_line(first), "2 is entered");
    assert_string_equal(next_line(first), "2 is left");
    assert_string_equal(next_line(first), "2 is held once more");
    assert_string_equal(next_line(first), "2 ends");
    assert_string_equal(next_line(first), "1 is left");
    assert_string_equal(next_line(first), "1 ends");
    assert_string_equal(next_line(first), "");
}

static void an_interrupt_is_in_no_task_s_span(void **state)
{
    (void)state;
    fake.in_interrupt = true;
    struct span span = span_begin("m", "of nobody");
    fake.in_interrupt = false;
    assert_string_equal(next_line(span.number), "1 in 0 begins: m: of nobody");
}

static void where_the_level_is_off_nothing_is_recorded(void **state)
{
    (void)state;
    log_level_set(NULL, LOG_INFO);
    fixture_spawn(3, nest, NULL);
    fixture_run();
    assert_int_equal(outside.number, 0);
    assert_string_equal(next_line(0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(spans_are_inside_the_one_their_task_is_in, setup),
        cmocka_unit_test_setup(an_interrupt_is_in_no_task_s_span, setup),
        cmocka_unit_test_setup(where_the_level_is_off_nothing_is_recorded, setup),
    };
    return cmocka_run_group_tests_name("span", tests, NULL, NULL);
}
