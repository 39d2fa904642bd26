/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/channel.c kernel/capability.c kernel/task*.c kernel/clock.c kernel/event.c
// link: kernel/log.c kernel/format.c kernel/device.c kernel/stack.c kernel/status.c
// link: tests/unit/kernel_fake.c tests/unit/task_fixture.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c
/*
 * Channels: each way that a message, a call, a wait and a capability can go.
 */
#include "channel_fixture.h"

static void send_and_receive(void *argument)
{
    (void)argument;
    struct received got;
    uint32_t call = 77;
    assert_int_equal(channel_peek(&server, receiving, &call), ERR_WOULD_BLOCK);
    assert_int_equal(receive(&got, NOW), ERR_WOULD_BLOCK);
    assert_int_equal(send(1, "one", NOW), OK);
    assert_int_equal(send(2, "", NOW), OK);
    assert_int_equal(channel_count(&channel), 2);
    assert_int_equal(send(3, "three", NOW), ERR_WOULD_BLOCK);
    assert_int_equal(channel_peek(&server, receiving, &call), OK);
    assert_int_equal(call, 1);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.call, 1);
    assert_int_equal(got.message.size, 3);
    assert_int_equal(got.message.reply.value, 0);
    assert_string_equal(got.text, "one");
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.call, 2);
    assert_int_equal(got.message.size, 0);
    assert_int_equal(receive(&got, 1000), ERR_TIMEOUT);
    assert_int_equal(clock_now(), 1000);
    assert_int_equal(receive(&got, NOW), ERR_WOULD_BLOCK); /* the waiter is gone */
}

static void messages_come_as_sent(void **state)
{
    (void)state;
    run(send_and_receive);
}

static void send_priorities(void *argument)
{
    (void)argument;
    static struct channel_slot many[4];
    static uint8_t room[4 * SIZE];
    const struct channel_parameters parameters = {"many", many, room, 4, SIZE};
    channel_init(&channel, &parameters);
    const uint8_t priorities[] = {2, 1, 0, 1};
    for (unsigned i = 0; i < 4; i++) {
        struct message message = message_of(i + 1, "x");
        message.priority = priorities[i];
        assert_int_equal(channel_send(&client, sending, &message, NOW), OK);
    }
    struct received got;
    while (!receive(&got, NOW))
        note("%u/%u ", (unsigned)got.message.call, got.message.priority);
}

static void the_urgent_go_before(void **state)
{
    (void)state;
    run(send_priorities);
    assert_string_equal(trace, "3/0 2/1 4/1 1/2 ");
}

static void send_wrong(void *argument)
{
    (void)argument;
    struct message message = message_of(1, "123456789");
    struct received got;
    uint32_t call;
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_INVALID);
    message = message_of(MESSAGE_NOTIFICATION, "");
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_INVALID);
    message = message_of(1, "");
    message.priority = CHANNEL_PRIORITIES;
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_INVALID);
    message = message_of(1, "");
    message.capability_count = MESSAGE_CAPABILITIES + 1;
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_INVALID);
    message.capability_count = 2;
    message.capabilities[0] = message.capabilities[1] = gift;
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_BUSY);
    assert_true(client_has_gift());
    message.capabilities[1] = sending; /* without TRANSFER */
    assert_int_equal(channel_send(&client, sending, &message, NOW), ERR_DENIED);
    assert_true(client_has_gift());
    message.capability_count = 0;
    assert_int_equal(channel_send(&client, gift, &message, NOW), ERR_INVALID);
    assert_int_equal(transact(&client, sending, NULL, &got.message, NOW), ERR_DENIED);
    assert_int_equal(channel_peek(&client, sending, &call), ERR_DENIED);
    assert_int_equal(channel_reply(&client, sending, (struct reply){1}, OK, NULL), ERR_DENIED);
    got.message = (struct message){.data = got.text, .room = SIZE - 1};
    assert_int_equal(transact(&server, receiving, NULL, &got.message, NOW), ERR_INVALID);
    assert_int_equal(channel_count(&channel), 0);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    run(send_wrong);
}

/* --- waiting */

static void send_while_receiver_waits(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, NOW), ERR_BUSY);
    assert_int_equal(send(1, "direct", NOW), OK);
    assert_int_equal(channel_count(&channel), 0);
    assert_int_equal(send(1, "queued", NOW), OK);
    assert_int_equal(channel_count(&channel), 1);
}

static void a_waiting_receiver_gets_it_at_once(void **state)
{
    (void)state;
    fixture_spawn(5, receive_and_note, NULL);
    fixture_spawn(5, send_while_receiver_waits, NULL);
    fixture_run();
    assert_string_equal(trace, "direct ");
}

static void send_text_urgently(void *argument)
{
    struct message message = message_of(1, argument);
    message.priority = 0;
    assert_int_equal(channel_send(&client, sending, &message, 5000), OK);
}

static void drain(void *argument)
{
    struct received got;
    task_sleep_until((uintptr_t)argument);
    while (!receive(&got, NOW))
        note("%s ", got.text);
}

static void senders_wait_in_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "b", "c", "d", "e"};
    for (unsigned i = 0; i < 5; i++)
        fixture_spawn(5, send_text, (void *)(uintptr_t)texts[i]);
    fixture_spawn(5, send_text_urgently, "now");
    fixture_spawn(5, drain, (void *)100);
    fixture_run();
    assert_string_equal(trace, "a now b c d e ");
}

static void senders_give_up(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "b", "c", "d"};
    for (unsigned i = 0; i < 4; i++)
        fixture_spawn(5, send_text, (void *)(uintptr_t)texts[i]);
    fixture_spawn(5, drain, (void *)6000);
    fixture_run();
    assert_string_equal(trace, "c:ERR_TIMEOUT d:ERR_TIMEOUT a b ");
}

/* A sender between two that wait gives up, as if cancelled. */
static void cancel_waiters(void *argument)
{
    task_wake(argument, ERR_CANCELLED);
}

static void a_sender_leaves_the_middle_of_the_line(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "b", "c", "d", "e"};
    struct task *tasks[5];
    for (unsigned i = 0; i < 5; i++)
        tasks[i] = fixture_spawn(5, send_text, (void *)(uintptr_t)texts[i]);
    fixture_spawn(5, cancel_waiters, tasks[3]);
    fixture_spawn(5, drain, (void *)100);
    fixture_run();
    assert_string_equal(trace, "d:ERR_CANCELLED a b c e ");
}

static void wake_for_nothing(void *argument)
{
    task_wake(argument, OK);
    task_yield();
    assert_int_equal(send(1, "real", NOW), OK);
}

static void a_wake_up_without_a_message_is_slept_through(void **state)
{
    (void)state;
    struct task *receiver = fixture_spawn(5, receive_and_note, NULL);
    fixture_spawn(5, wake_for_nothing, receiver);
    fixture_run();
    assert_string_equal(trace, "real ");
}

/* Messages of each size from addresses of each alignment. */
enum { ALIGNMENTS = 8 };

static uint8_t pattern[SIZE + ALIGNMENTS] __attribute__((aligned(8))) = "abcdefghijklmno";

static void receive_each_size(void *argument)
{
    struct received got;
    (void)argument;
    for (unsigned size = 0; size <= SIZE; size++)
        for (unsigned offset = 0; offset < ALIGNMENTS; offset++) {
            memset(&got, 0, sizeof(got));
            assert_int_equal(receive(&got, CLOCK_NEVER), OK);
            assert_int_equal(got.message.size, size);
            assert_memory_equal(got.text, pattern + offset, size);
            assert_int_equal(got.text[size], 0);
        }
}

/* With an argument the receiver waits for each. */
static void send_each_size(void *argument)
{
    for (unsigned size = 0; size <= SIZE; size++)
        for (unsigned offset = 0; offset < ALIGNMENTS; offset++) {
            const struct message message = {
                .call = 1, .data = pattern + offset, .size = (uint16_t)size};
            assert_int_equal(channel_send(&client, sending, &message, CLOCK_NEVER), OK);
            if (argument) {
                assert_int_equal(channel_count(&channel), 0);
                task_yield();
            }
        }
}

static void who_waits_gets_each_size_straight(void **state)
{
    (void)state;
    fixture_spawn(5, receive_each_size, NULL);
    fixture_spawn(5, send_each_size, &channel);
    fixture_run();
}

static void each_size_is_queued_whole(void **state)
{
    (void)state;
    fixture_spawn(5, send_each_size, NULL);
    fixture_spawn(9, receive_each_size, NULL);
    fixture_run();
}

/* --- calls */

static struct reply kept;

static void serve_one(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, CLOCK_NEVER), OK);
    assert_true(got.message.reply.value != 0);
    kept = got.message.reply;
    struct message answer = message_of(0, "fine");
    answer.size = SIZE + 1;
    assert_int_equal(channel_reply(&server, receiving, kept, OK, &answer), ERR_INVALID);
    answer = message_of(0, "fine");
    answer.capability_count = MESSAGE_CAPABILITIES + 1;
    assert_int_equal(channel_reply(&server, receiving, kept, OK, &answer), ERR_INVALID);
    answer.capability_count = 1;
    assert_int_equal(channel_reply(&server, receiving, kept, OK, &answer), ERR_NOT_FOUND);
    answer.capability_count = 0;
    assert_int_equal(channel_reply(&server, receiving, kept, OK, &answer), OK);
    assert_int_equal(channel_reply(&server, receiving, kept, OK, &answer), ERR_NOT_FOUND);
}

static void a_call_is_answered_once(void **state)
{
    (void)state;
    fixture_spawn(5, serve_one, NULL);
    fixture_spawn(5, call_and_note, "go");
    fixture_run();
    assert_string_equal(trace, "go=OK(fine,4)@0 ");
}

static void replies_to_nobody(void *argument)
{
    (void)argument;
    const uint64_t wrong[] = {0, 1, 255, 256, UINT64_MAX};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(channel_reply(&server, receiving, (struct reply){wrong[i]}, OK, NULL),
                         ERR_NOT_FOUND);
}

static void a_made_up_reply_answers_nobody(void **state)
{
    (void)state;
    run(replies_to_nobody);
}

static void serve_with_status(void *argument)
{
    struct received got;
    enum status result = (enum status)(uintptr_t)argument;
    while (!receive(&got, 1000))
        assert_int_equal(channel_reply(&server, receiving, got.message.reply, result, NULL), OK);
}

static void the_answer_may_be_a_refusal(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, serve_with_status, (void *)ERR_DENIED);
    fixture_run();
    assert_string_equal(trace, "a=ERR_DENIED(,0)@0 ");
}

static void answer_late(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, NOW), OK);
    task_sleep_until(6000);
    struct message answer = message_of(0, "late");
    assert_int_equal(channel_reply(&server, receiving, got.message.reply, OK, &answer),
                     ERR_NOT_FOUND);
    assert_int_equal(receive(&got, NOW), ERR_WOULD_BLOCK);
}

static void a_late_answer_finds_nobody(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, call_and_note, "b"); /* gives up in the queue */
    fixture_spawn(5, call_and_note, "c"); /* and in line */
    fixture_spawn(5, answer_late, NULL);
    fixture_run();
    assert_string_equal(trace,
                        "a=ERR_TIMEOUT(,0)@5000 b=ERR_TIMEOUT(,0)@5000 c=ERR_TIMEOUT(,0)@5000 ");
}

/* Slots taken by calls that were received: the next sender waits until one is answered, and a
 * receiver that waits meanwhile gets its message then. */
static void serve_two_then_a_third(void *argument)
{
    (void)argument;
    struct received got[3];
    assert_int_equal(receive(&got[0], 100), OK);
    assert_int_equal(receive(&got[1], 100), OK);
    assert_int_equal(send(8, "full", NOW), ERR_WOULD_BLOCK);
    assert_int_equal(receive(&got[2], 100), ERR_TIMEOUT);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(channel_reply(&server, receiving, got[i].message.reply, OK, NULL), OK);
    assert_int_equal(receive(&got[2], 100), OK);
    assert_int_equal(channel_reply(&server, receiving, got[2].message.reply, OK, NULL), OK);
}

static void calls_keep_their_slots(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, call_and_note, "b");
    fixture_spawn(5, call_and_note, "c");
    fixture_spawn(5, serve_two_then_a_third, NULL);
    fixture_run();
    assert_string_equal(trace, "a=OK(,0)@100 b=OK(,0)@100 c=OK(,0)@100 ");
}

static void receive_two_and_wait(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(receive(&got, CLOCK_NEVER), OK); /* once the first caller gives up */
    note("%s@%u ", got.text, (unsigned)clock_now());
}

static void send_in_line(void *argument)
{
    assert_int_equal(send(1, argument, 9000), OK);
}

static void a_slot_given_up_lets_the_next_to_the_receiver(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, call_and_note, "b");
    fixture_spawn(5, send_in_line, "c");
    fixture_spawn(5, receive_two_and_wait, NULL);
    fixture_run();
    assert_string_equal(trace, "a=ERR_TIMEOUT(,0)@5000 b=ERR_TIMEOUT(,0)@5000 c@5000 ");
}

static void the_last_in_the_queue_gives_up(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    struct task *second = fixture_spawn(5, call_and_note, "b");
    fixture_spawn(5, cancel_waiters, second);
    fixture_spawn(5, send_text, "c");
    fixture_spawn(5, drain, (void *)100);
    fixture_run();
    assert_string_equal(trace, "b=ERR_CANCELLED(,0)@0 a c a=ERR_TIMEOUT(,0)@5000 ");
}

static void answer_kept(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, NOW), OK);
    kept = got.message.reply;
    task_sleep_until(100);
    assert_int_equal(channel_reply(&server, receiving, kept, OK, NULL), OK);
    assert_int_equal(send(1, "next", NOW), OK);
}

static void a_receiver_sleeps_through_an_answer(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, answer_kept, NULL);
    fixture_spawn(5, receive_and_note, NULL);
    fixture_run();
    assert_string_equal(trace, "a=OK(,0)@100 next ");
}

/* A deadline and an answer at the same time: whoever was first to be done decides. */
static void receive_then_answer_at_deadline(void *argument)
{
    (void)argument;
    struct received got;
    assert_int_equal(receive(&got, CLOCK_NEVER), OK);
    task_sleep_until(5000); /* runs before the caller, whose deadline is the same */
    struct message answer = message_of(0, "just");
    assert_int_equal(channel_reply(&server, receiving, got.message.reply, OK, &answer), OK);
}

static void an_answer_in_time_counts(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(4, receive_then_answer_at_deadline, NULL);
    fixture_run();
    assert_string_equal(trace, "a=OK(just,4)@5000 ");
}

/* --- capabilities */

static void hand_over_gift(void *argument)
{
    (void)argument;
    struct received got;
    void *referent;
    assert_int_equal(send_gift(NOW), OK);
    assert_int_equal(capability_resolve(&client, gift, &present_type, 0, &referent), ERR_BUSY);
    assert_int_equal(receive(&got, NOW), OK);
    assert_true(server_has_gift(&got));
    assert_int_equal(capability_resolve(&client, gift, &present_type, 0, &referent), ERR_NOT_FOUND);
    assert_int_equal(send_gift(NOW), ERR_NOT_FOUND);
}

static void capabilities_move(void **state)
{
    (void)state;
    run(hand_over_gift);
}

static void revoke_on_the_way(void *argument)
{
    (void)argument;
    struct received got;
    struct capability root = gift;
    assert_int_equal(capability_derive(&client, root, CAPABILITY_ALL, &client, &gift), OK);
    assert_int_equal(send_gift(NOW), OK);
    assert_int_equal(capability_revoke(&client, root), OK);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.capability_count, 1);
    assert_int_equal(got.message.capabilities[0].value, 0);
    assert_int_equal(capability_create(&client, &present_type, &present, CAPABILITY_ALL, &gift),
                     OK);
    assert_int_equal(send_gift(NOW), OK);
    capability_holder_clear(&client);
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(got.message.capabilities[0].value, 0);
}

static void what_is_revoked_does_not_arrive(void **state)
{
    (void)state;
    run(revoke_on_the_way);
}

static void fill_server(void)
{
    struct capability filler;
    while (!capability_create(&server, &present_type, &present, CAPABILITY_ALL, &filler))
        continue;
}

static void receive_without_room(void *argument)
{
    (void)argument;
    struct received got;
    fill_server();
    assert_int_equal(send_gift(NOW), OK);
    assert_int_equal(receive(&got, NOW), ERR_LIMIT);
    assert_int_equal(channel_count(&channel), 1);
    capability_holder_clear(&client);
}

static void gift_now(void *argument)
{
    (void)argument;
    assert_int_equal(send_gift(NOW), OK);
}

static void a_message_waits_for_room_for_its_capabilities(void **state)
{
    (void)state;
    run(receive_without_room);
    setup(state);
    fill_server();
    fixture_spawn(4, receive_and_note, NULL);
    run(gift_now);
    assert_string_equal(trace, "ERR_LIMIT ");
    assert_int_equal(channel_count(&channel), 1);
    channel_close(&channel);
    assert_true(client_has_gift());
}

static void call_for_gift(void *argument)
{
    char text[SIZE];
    struct message message = message_of(4, "please"), answer = {.data = text, .room = SIZE};
    void *referent;
    assert_int_equal(transact(&client, sending, &message, &answer, 5000), OK);
    assert_int_equal(answer.capability_count, (uintptr_t)argument);
    if (answer.capability_count)
        assert_int_equal(capability_resolve(&client, answer.capabilities[0], &present_type,
                                            CAPABILITY_ALL, &referent),
                         OK);
}

static void answer_with_gift(void *argument)
{
    (void)argument;
    struct received got;
    struct message answer = message_of(0, "");
    assert_int_equal(receive(&got, NOW), OK);
    assert_int_equal(capability_create(&server, &present_type, &present, CAPABILITY_ALL,
                                       &answer.capabilities[0]),
                     OK);
    answer.capability_count = 1;
    enum status status = channel_reply(&server, receiving, got.message.reply, OK, &answer);
    note("%s ", status_name(status));
    if (status)
        assert_int_equal(channel_reply(&server, receiving, got.message.reply, OK, NULL), OK);
}

static void answers_carry_capabilities(void **state)
{
    (void)state;
    fixture_spawn(5, call_for_gift, (void *)1);
    fixture_spawn(5, answer_with_gift, NULL);
    fixture_run();
    setup(state);
    struct capability filler;
    while (!capability_create(&client, &present_type, &present, 0, &filler))
        continue;
    fixture_spawn(5, call_for_gift, (void *)0);
    fixture_spawn(5, answer_with_gift, NULL);
    fixture_run();
    assert_string_equal(trace, "ERR_LIMIT ");
}

static void drop_gift(void *argument)
{
    (void)argument;
    assert_int_equal(capability_drop(&client, gift), OK);
}

static void what_is_gone_by_its_turn_is_not_sent(void **state)
{
    (void)state;
    fixture_spawn(5, send_text, "a");
    fixture_spawn(5, send_text, "b");
    fixture_spawn(5, gift_in_line, NULL);
    fixture_spawn(5, send_text, "c");
    fixture_spawn(5, drop_gift, NULL);
    fixture_spawn(5, drain, (void *)100);
    fixture_run();
    assert_string_equal(trace, "a b c gift:ERR_NOT_FOUND ");
}

static void send_later(void *argument)
{
    task_sleep_until(6000);
    assert_int_equal(send(1, argument, NOW), OK);
}

/* The slot that the callers give up finds nothing that can be sent: the receiver goes on waiting.
 */
static void what_is_gone_by_its_turn_does_not_wake_the_receiver(void **state)
{
    (void)state;
    fixture_spawn(5, call_and_note, "a");
    fixture_spawn(5, call_and_note, "b");
    fixture_spawn(5, gift_in_line, NULL);
    fixture_spawn(5, drop_gift, NULL);
    fixture_spawn(5, receive_two_and_wait, NULL);
    fixture_spawn(5, send_later, "late");
    fixture_run();
    assert_string_equal(trace, "a=ERR_TIMEOUT(,0)@5000 b=ERR_TIMEOUT(,0)@5000 "
                               "gift:ERR_NOT_FOUND late@6000 ");
}

static void call_with_gift_in_vain(void *argument)
{
    (void)argument;
    struct message message = message_of(4, "gift"), answer = {.room = 0};
    message.capability_count = 1;
    message.capabilities[0] = gift;
    assert_int_equal(transact(&client, sending, &message, &answer, 100), ERR_TIMEOUT);
    assert_true(client_has_gift());
}

static void a_call_given_up_takes_its_capabilities_back(void **state)
{
    (void)state;
    run(call_with_gift_in_vain);
    assert_int_equal(channel_count(&channel), 0);
}

static void receive_cancelled(void *argument)
{
    (void)argument;
    struct received got;
    task_cancel(task_current());
    assert_int_equal(receive(&got, CLOCK_NEVER), ERR_CANCELLED);
    assert_int_equal(receive(&got, 100), ERR_TIMEOUT); /* the waiter is gone */
}

static void who_is_cancelled_does_not_wait(void **state)
{
    (void)state;
    run(receive_cancelled);
}

/* The same tests for both ways to wait. */
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_come_as_sent),
        TEST(the_urgent_go_before),
        TEST(what_cannot_be_is_refused),
        TEST(a_waiting_receiver_gets_it_at_once),
        TEST(senders_wait_in_line),
        TEST(senders_give_up),
        TEST(a_sender_leaves_the_middle_of_the_line),
        TEST(a_wake_up_without_a_message_is_slept_through),
        TEST(who_waits_gets_each_size_straight),
        TEST(each_size_is_queued_whole),
        TEST(a_call_is_answered_once),
        TEST(a_made_up_reply_answers_nobody),
        TEST(the_answer_may_be_a_refusal),
        TEST(a_late_answer_finds_nobody),
        TEST(calls_keep_their_slots),
        TEST(a_slot_given_up_lets_the_next_to_the_receiver),
        TEST(the_last_in_the_queue_gives_up),
        TEST(a_receiver_sleeps_through_an_answer),
        TEST(an_answer_in_time_counts),
        TEST(capabilities_move),
        TEST(what_is_revoked_does_not_arrive),
        TEST(a_message_waits_for_room_for_its_capabilities),
        TEST(answers_carry_capabilities),
        TEST(what_is_gone_by_its_turn_is_not_sent),
        TEST(what_is_gone_by_its_turn_does_not_wake_the_receiver),
        TEST(a_call_given_up_takes_its_capabilities_back),
        TEST(who_is_cancelled_does_not_wait),
    };
    int failed = cmocka_run_group_tests_name("channel", tests, NULL, NULL);
    in_line = true;
    return failed + cmocka_run_group_tests_name("channel_in_line", tests, NULL, NULL);
}
