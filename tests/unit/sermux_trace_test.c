/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/sermux/trace.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * Port 3: what the host says of levels, and the heartbeats that answer.
 */
#include "kernel_fake.h"

#include <kernel/clock.h>
#include <kernel/log.h>
#include <services/sermux/trace.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct event activity;

static int setup(void **state)
{
    (void)state;
    uint8_t record[TRACE_RECORD_MAX];
    fake_reset();
    assert_int_equal(log_level_set(NULL, LOG_INFO), OK);
    assert_int_equal(trace_start(&activity), OK);
    while (trace_give(record, sizeof(record)))
        continue;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    trace_stop();
    return 0;
}

/* The level that the next record tells, which is a heartbeat; -1 if there is none. */
static int told_level(void)
{
    uint8_t record[TRACE_RECORD_MAX];
    if (!trace_give(record, sizeof(record)))
        return -1;
    assert_int_equal(record[0] & TRACE_KIND_MASK, TRACE_HEARTBEAT);
    return record[0] >> TRACE_LEVEL_SHIFT;
}

static void a_level_is_set_and_answered(void **state)
{
    (void)state;
    trace_take((const uint8_t[]){LOG_ERROR}, 1);
    assert_int_equal(log_level(NULL), LOG_ERROR);
    assert_int_equal(told_level(), LOG_ERROR);
    assert_int_equal(told_level(), -1);
    fake.now += NANOSECONDS_PER_SECOND;
    assert_int_equal(told_level(), LOG_ERROR);
}

static void what_is_no_level_asks_for_a_heartbeat(void **state)
{
    (void)state;
    trace_take((const uint8_t[]){0xff}, 1);
    assert_int_equal(log_level(NULL), LOG_INFO);
    assert_int_equal(told_level(), LOG_INFO);
}

/* Three zeros are what is left of a host's first frame where one of its bytes was lost. */
static void more_or_less_than_a_byte_is_no_level(void **state)
{
    (void)state;
    trace_take((const uint8_t[]){0, 0, 0}, 3);
    trace_take((const uint8_t[]){LOG_ERROR, LOG_ERROR}, 2);
    trace_take((const uint8_t[]){0}, 0);
    assert_int_equal(log_level(NULL), LOG_INFO);
}

static uint8_t record[TRACE_RECORD_MAX];

/* The text of the next record, which is a REGISTER_META; "" for another. */
static const char *next_meta(void)
{
    static char text[TRACE_RECORD_MAX + 1];
    size_t length = trace_give(record, sizeof(record)), at = 1;
    text[0] = '\0';
    if (length && (record[0] & TRACE_KIND_MASK) == TRACE_REGISTER_META) {
        while (record[at++] & 0x80)
            continue;
        memcpy(text, record + at, length - at);
        text[length - at] = '\0';
    }
    return text;
}

static void say_something(void)
{
    log_info("mesh", "%d nodes", 3);
}

static void what_a_record_refers_to_goes_before_it(void **state)
{
    (void)state;
    trace_forget();
    for (unsigned host = 0; host < 2; host++) {
        say_something();
        assert_string_equal(next_meta(), "mesh");
        assert_true(trace_waits());
        assert_string_equal(next_meta(), "%d nodes");
        assert_string_equal(next_meta(), "");
        assert_int_equal(record[0] & TRACE_KIND_MASK, TRACE_EVENT);
        say_something();
        assert_string_equal(next_meta(), "");
        assert_int_equal(record[0] & TRACE_KIND_MASK, TRACE_EVENT);
        trace_forget();
    }
}

/* Wherever the module's name stands, among them where the format has the same place in the table of
 * what was told. */
static void texts_that_take_each_others_place_come_to_an_end(void **state)
{
    (void)state;
    static char modules[64][sizeof(void *)];
    for (unsigned i = 0; i < 64; i++) {
        modules[i][0] = 'm';
        trace_forget();
        log_info(modules[i], "is somewhere");
        unsigned records = 0;
        while (trace_give(record, sizeof(record)))
            assert_in_range(++records, 1, 3);
        assert_int_equal(records, 3);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_a_record_refers_to_goes_before_it),
        TEST(texts_that_take_each_others_place_come_to_an_end),
        TEST(a_level_is_set_and_answered),
        TEST(what_is_no_level_asks_for_a_heartbeat),
        TEST(more_or_less_than_a_byte_is_no_level),
    };
    return cmocka_run_group_tests_name("sermux trace", tests, NULL, NULL);
}
