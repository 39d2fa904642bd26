/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/channel.c kernel/capability.c kernel/task*.c kernel/clock.c kernel/event.c
// link: kernel/log.c kernel/format.c kernel/device.c kernel/stack.c kernel/status.c
// link: tests/unit/kernel_fake.c tests/unit/task_fixture.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c
/*
 * Channels: what closing ends, notifications, and who listens to either end.
 */
#include "channel_fixture.h"

static void close_later(void *argument)
{
    task_sleep_until((uintptr_t)argument);
    channel_close(&channel);
}

static void closing_wakes_the_receiver(void **state)
{
    (void)state;
    fixture_spawn(5, receive_and_note, NULL);
    fixture_spawn(5, close_later, (void *)10);
    fixture_run();
    assert_string_equal(trace, "ERR_CLOSED ");
}

static void receive_one(void *argument)
{
    struct received *got = argument;
    assert_int_equal(receive(got, NOW), OK);
}

static void on_closed(void *argument)
{
    (void)argument;
    struct received got;
    uint32_t call;
    assert_int_equal(send(1, "x", CLOCK_NEVER), ERR_CLOSED);
    assert_int_equal(receive(&got, CLOCK_NEVER), ERR_CLOSED);
    assert_int_equal(channel_peek(&server, receiving, &call), ERR_CLOSED);
    channel_notify(&channel, 1);
    channel_open(&channel);
    assert_int_equal(receive(&got, NOW), ERR_WOULD_BLOCK);
    assert_int_equal(send(1, "x", NOW), OK);
    assert_int_equal(send(1, "y", NOW), OK);
    assert_int_equal(receive(&got, NOW), OK);
    assert_string_equal(got.text, "x");
}

static void closing_ends_calls_and_returns_capabilities(void **state)
{
    (void)state;
    static struct received got;
    fixture_spawn(5, call_and_note, "a"); /* received when the channel closes */
    fixture_spawn(5, gift_in_line, NULL); /* queued */
    fixture_spawn(5, receive_one, &got);
    fixture_spawn(5, call_and_note, "b"); /* in line */
    fixture_spawn(5, send_text, "c");     /* in line */
    fixture_spawn(5, close_later, (void *)10);
    fixture_run();
    assert_string_equal(trace, "gift:OK b=ERR_CLOSED(,0)@10 c:ERR_CLOSED a=ERR_CLOSED(,0)@10 ");
    assert_true(client_has_gift());
    assert_int_equal(channel_reply(&server, receiving, got.message.reply, OK, NULL), ERR_NOT_FOUND);
    fixture_reset();
    run(on_closed);
}

static void closing_ends_queued_calls(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, close_later, (void *)10);
    fixture_run();
    assert_string_equal(trace, "a=ERR_CLOSED(,0)@10 ");
}

/* --- notifications */

static void receive_bits(void *argument)
{
    (void)argument;
    struct received got;
    uint32_t call = 77;
    channel_notify(&channel, 1);
    channel_notify(&channel, 4);
    channel_notify(&channel, 4);
    assert_int_equal(send(1, "after", NOW), OK);
    assert_int_equal(channel_peek(&server, receiving, &call), OK);
    assert_int_equal(call, MESSAGE_NOTIFICATION);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.call, MESSAGE_NOTIFICATION);
    assert_int_equal(got.message.bits, 5);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.call, 1);
    assert_int_equal(got.message.bits, 0);
    assert_int_equal(receive(&got, CLOCK_NEVER), OK);
    assert_int_equal(got.message.bits, 8);
}

static void notify(void *argument)
{
    channel_notify(&channel, (uint32_t)(uintptr_t)argument);
}

static void notifications_coalesce(void **state)
{
    (void)state;
    fixture_spawn(5, receive_bits, NULL);
    fixture_spawn(5, notify, (void *)8);
    fixture_run();
}

/* --- listening */

static bool take_signal(struct event *event)
{
    return event_wait(event, 1) == OK;
}

static void listen_to_both_ends(void *argument)
{
    (void)argument;
    static struct event receivable, sendable;
    struct received got;
    assert_int_equal(channel_listen(&client, sending, CAPABILITY_READ, &receivable), ERR_DENIED);
    assert_int_equal(channel_listen(&server, receiving, CAPABILITY_READ, &receivable), OK);
    assert_int_equal(channel_listen(&client, sending, CAPABILITY_WRITE, &sendable), OK);
    assert_false(take_signal(&receivable) || take_signal(&sendable));
    assert_int_equal(send(1, "a", NOW), OK);
    assert_true(take_signal(&receivable));
    assert_false(take_signal(&sendable));
    assert_int_equal(receive(&got, NOW), OK);
    assert_true(take_signal(&sendable));
    assert_false(take_signal(&receivable));
    channel_notify(&channel, 1);
    assert_true(take_signal(&receivable));
    assert_int_equal(channel_listen(&client, sending, CAPABILITY_WRITE, NULL), OK);
    channel_close(&channel);
    assert_true(take_signal(&receivable));
    assert_false(take_signal(&sendable));
}

static void listeners_hear_of_messages_slots_and_the_end(void **state)
{
    (void)state;
    run(listen_to_both_ends);
}

static bool is(const void *address, const void *owner)
{
    return address == owner;
}

static void stop_listening(void *argument)
{
    (void)argument;
    static struct event receivable, sendable;
    assert_int_equal(channel_listen(&server, receiving, CAPABILITY_READ, &receivable), OK);
    assert_int_equal(channel_listen(&client, sending, CAPABILITY_WRITE, &sendable), OK);
    channel_unlisten(&channel, is, &receivable);
    channel_close(&channel);
    assert_false(take_signal(&receivable));
    assert_true(take_signal(&sendable));
    channel_open(&channel);
    channel_unlisten(&channel, is, &sendable);
    channel_close(&channel);
    assert_false(take_signal(&sendable));
}

static void listeners_that_end_hear_no_more(void **state)
{
    (void)state;
    run(stop_listening);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(closing_wakes_the_receiver),
        TEST(closing_ends_calls_and_returns_capabilities),
        TEST(closing_ends_queued_calls),
        TEST(notifications_coalesce),
        TEST(listeners_hear_of_messages_slots_and_the_end),
        TEST(listeners_that_end_hear_no_more),
    };
    return cmocka_run_group_tests_name("channel_close", tests, NULL, NULL);
}
