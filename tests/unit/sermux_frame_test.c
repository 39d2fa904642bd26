/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/sermux/frame.c services/sermux/control.c
/*
 * The serial mux's frames and control messages, against what mnemOS has on the wire.
 */
#include <services/sermux/control.h>
#include <services/sermux/frame.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

enum { SIZE = 600 };

static uint8_t memory[FRAME_HEADER + SIZE], wire[FRAME_WIRE(FRAME_HEADER + SIZE)];
static struct frame_decoder decoder;

static int setup(void **state)
{
    (void)state;
    frame_decoder_init(&decoder, memory, sizeof(memory));
    return 0;
}

/* Feeds bytes; returns the last event that was not FRAME_MORE, and counts these. */
static enum frame_event feed(const uint8_t *bytes, size_t size, unsigned *events)
{
    enum frame_event last = FRAME_MORE;
    *events = 0;
    for (size_t i = 0; i < size; i++) {
        const enum frame_event event = frame_decode(&decoder, bytes[i]);
        if (event != FRAME_MORE) {
            last = event;
            ++*events;
        }
    }
    return last;
}

static void a_frame_is_as_it_always_was(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0x07, 0x69, 0x42, 1, 2, 3, 4, 0};
    static const uint8_t data[] = {1, 2, 3, 4};
    assert_int_equal(frame_encode(0x4269, data, sizeof(data), wire), sizeof(expected));
    assert_memory_equal(wire, expected, sizeof(expected));
}

static void check_round_trip(uint16_t port, const uint8_t *data, size_t size)
{
    unsigned events;
    size_t got;
    const size_t length = frame_encode(port, data, size, wire);
    assert_true(length <= FRAME_WIRE(FRAME_HEADER + size));
    assert_null(memchr(wire, 0, length - 1));
    assert_int_equal(feed(wire, length, &events), FRAME_WHOLE);
    assert_int_equal(events, 1);
    assert_int_equal(frame_port(&decoder), port);
    const uint8_t *decoded = frame_data(&decoder, &got);
    assert_int_equal(got, size);
    assert_memory_equal(decoded, data, size);
}

static void what_goes_in_comes_out(void **state)
{
    (void)state;
    uint8_t data[SIZE];
    for (size_t size = 1; size <= SIZE; size++) {
        memset(data, 0xa5, size);
        check_round_trip(0x0102, data, size);
        memset(data, 0, size);
        check_round_trip(0, data, size);
        for (size_t i = 0; i < size; i++)
            data[i] = (uint8_t)(i * 7 + size);
        check_round_trip((uint16_t)(size * 257), data, size);
    }
}

static void damage_ends_at_the_next_zero(void **state)
{
    (void)state;
    static const uint8_t cut[] = {9, 1, 2, 3, 0}, header_only[] = {3, 1, 1, 0}, idle[] = {0, 0, 0},
                         data[] = {'x'};
    unsigned events;
    assert_int_equal(feed(cut, sizeof(cut), &events), FRAME_DAMAGED);
    assert_int_equal(events, 1);
    assert_int_equal(feed(header_only, sizeof(header_only), &events), FRAME_DAMAGED);
    assert_int_equal(feed(idle, sizeof(idle), &events), FRAME_MORE);
    check_round_trip(7, data, sizeof(data));
}

static void what_is_too_long_is_told_and_dropped(void **state)
{
    (void)state;
    static const uint8_t data[100] = {1}, little[] = {'y'};
    uint8_t small[FRAME_HEADER + 99];
    unsigned events;
    frame_decoder_init(&decoder, small, sizeof(small));
    const size_t length = frame_encode(5, data, sizeof(data), wire);
    assert_int_equal(feed(wire, length, &events), FRAME_LONG);
    assert_int_equal(events, 1);
    check_round_trip(5, data, 99);
    check_round_trip(5, little, sizeof(little));
}

static void control_messages_come_back(void **state)
{
    (void)state;
    uint8_t bytes[(CONTROL_BYE + 1) * CONTROL_SIZE];
    size_t length = 0, offset = 0;
    for (unsigned kind = CONTROL_ANNOUNCE; kind <= CONTROL_BYE; kind++) {
        const struct control control = {(enum control_kind)kind, 1, 0x1234, 0x89abcdef};
        const size_t size = control_encode(&control, bytes + length);
        assert_true(size <= CONTROL_SIZE);
        length += size;
    }
    struct control got;
    for (unsigned kind = CONTROL_ANNOUNCE; kind <= CONTROL_BYE; kind++) {
        const bool counted = kind == CONTROL_CREDIT || kind == CONTROL_STALLED;
        assert_true(control_decode(bytes, length, &offset, &got));
        assert_int_equal(got.kind, kind);
        assert_int_equal(got.total, counted ? 0x89abcdef : 0);
        assert_int_equal(got.port, kind <= CONTROL_CLOSED ? 0x1234 : 0);
        assert_int_equal(got.version, kind == CONTROL_ANNOUNCE);
    }
    assert_int_equal(offset, length);
    assert_false(control_decode(bytes, length, &offset, &got));
}

static void what_is_no_control_message_is_none(void **state)
{
    (void)state;
    static const uint8_t cut[] = {CONTROL_CREDIT, 1, 0, 0, 0, 0}, unknown[] = {CONTROL_BYE + 1},
                         zero[] = {0};
    struct control got;
    size_t offset = 0;
    assert_false(control_decode(cut, sizeof(cut), &offset, &got));
    assert_false(control_decode(unknown, sizeof(unknown), &offset, &got));
    assert_false(control_decode(zero, sizeof(zero), &offset, &got));
    assert_int_equal(offset, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_frame_is_as_it_always_was),  TEST(what_goes_in_comes_out),
        TEST(damage_ends_at_the_next_zero), TEST(what_is_too_long_is_told_and_dropped),
        TEST(control_messages_come_back),   TEST(what_is_no_control_message_is_none),
    };
    return cmocka_run_group_tests_name("sermux frames", tests, NULL, NULL);
}
