/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/channel.c kernel/capability.c kernel/task*.c kernel/clock.c kernel/event.c
// link: kernel/log.c kernel/format.c kernel/device.c kernel/stack.c kernel/status.c
// link: tests/unit/kernel_fake.c tests/unit/task_fixture.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c
/*
 * Channels under random interleavings: many producers that send, call, lose patience and pass
 * tokens on, a server that takes its time, an owner that closes the channel, all led by one seed
 * (CHANNEL_SEED=n takes another; each run of this program is the same without). What must hold: a
 * message that was sent is received once, or given back; one that failed is not; each producer's
 * messages of a priority come in order; an answer is of its own call; each token is in one place.
 */
#include "kernel_fake.h"
#include "task_fixture.h"

#include <kernel/channel_wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PRODUCERS = 8, MESSAGES = 60, SLOTS_MAX = 6, TABLE = 16, RUNS = 40 };

/* What a message says: who sent it and which it was. */
struct body {
    uint32_t producer;
    uint32_t number;
};

enum fate { UNSENT, SENT, RECEIVED, FAILED };

struct record {
    enum fate fate;
    unsigned received; /* how often */
    uint8_t priority;
};

struct producer {
    unsigned index;
    struct capability_holder holder;
    struct capability_slot slots[TABLE];
    struct capability sending;
    struct capability token; /* zero once it is handed over */
    struct record records[MESSAGES];
    uint32_t last[CHANNEL_PRIORITIES]; /* number after the last received */
};

static struct producer producers[PRODUCERS];
static struct channel channel;
static struct channel_slot slots[SLOTS_MAX];
static struct body data[SLOTS_MAX];
static struct capability_holder server;
static struct capability_slot server_slots[TABLE];
static struct capability receiving;
static struct body hand; /* what the server was given last, also while it has yet to run */
static int tokens[PRODUCERS];
static int token_count; /* capabilities to tokens, in all tables */
static unsigned producing;
static unsigned exchanged, answered, refused, closings;
static bool may_close; /* this run has an owner that closes the channel now and then */

static void token_get(void *referent)
{
    (void)referent;
    token_count++;
}

static void token_put(void *referent)
{
    (void)referent;
    token_count--;
}

static const struct capability_type token_type = {"token", token_get, token_put};

static uint64_t seed;

static unsigned below(unsigned limit) /* xorshift64 (G. Marsaglia, "Xorshift RNGs", 2003) */
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)((seed >> 16) % limit);
}

/* Lets the others run, or time pass, or neither. */
static void dawdle(void)
{
    unsigned what = below(8);
    if (what == 0)
        task_sleep_until(clock_now() + below(500));
    else if (what < 4)
        task_yield();
}

static uint64_t some_deadline(void)
{
    unsigned what = below(4);
    return what == 0 ? 0 : what == 1 ? CLOCK_NEVER : clock_now() + 1 + below(400);
}

static uint32_t answer_to(const struct body *body)
{
    return body->producer * 1000 + body->number * 7 + 1;
}

/* --- producers */

static struct message new_message(struct producer *producer, struct body *body)
{
    struct message message = {.call = 1 + below(3),
                              .data = body,
                              .size = sizeof(*body),
                              .priority = (uint8_t)below(CHANNEL_PRIORITIES)};
    if (producer->token.value && !below(4)) {
        message.capability_count = 1;
        message.capabilities[0] = producer->token;
    }
    return message;
}

/* Whether the token of a message that was not received for sure is the producer's again. */
static bool has_token(const struct producer *producer)
{
    void *referent;
    return !capability_resolve(&producer->holder, producer->token, &token_type, 0, &referent);
}

/* Whether the message is the server's: it looked at it, or it will as soon as it runs, whatever
 * happens to channel and sender until then. */
static bool is_handed_over(const struct record *record, uint32_t producer, uint32_t number)
{
    return record->received || (hand.producer == producer && hand.number == number);
}

static void send_one(struct producer *producer, struct record *record,
                     const struct message *message)
{
    enum status status =
        channel_send(&producer->holder, producer->sending, message, some_deadline());
    assert_true(!status || status == ERR_WOULD_BLOCK || status == ERR_TIMEOUT ||
                status == ERR_CLOSED);
    if (status) {
        assert_int_equal(record->received, 0);
        record->fate = FAILED;
    } else if (record->fate == UNSENT) {
        record->fate = SENT;
    }
    if (message->capability_count) {
        if (status)
            assert_true(has_token(producer));
        else
            producer->token.value = 0;
    }
}

static enum status call_in_line(struct capability_holder *holder, struct capability end,
                                const struct message *message, struct message *answer,
                                uint64_t deadline)
{
    return channel_wait(holder, end, message, answer, deadline);
}

static void call_one(struct producer *producer, struct record *record,
                     const struct message *message)
{
    const struct body *body = message->data;
    uint32_t result = 0;
    struct message answer = {.data = &result, .room = sizeof(result)};
    enum status status = (below(2) ? channel_call : call_in_line)(
        &producer->holder, producer->sending, message, &answer, some_deadline());
    if (!status) {
        assert_int_equal(record->received, 1);
        assert_int_equal(result, answer_to(message->data));
        answered++;
    } else {
        assert_true(status == ERR_WOULD_BLOCK || status == ERR_TIMEOUT || status == ERR_CLOSED);
        assert_int_equal(result, 0);
        if (!is_handed_over(record, body->producer, body->number))
            record->fate = FAILED;
        refused++;
    }
    if (message->capability_count && is_handed_over(record, body->producer, body->number))
        producer->token.value = 0;
    else if (message->capability_count)
        assert_true(has_token(producer));
    uint32_t before = result;
    dawdle();
    assert_int_equal(result, before); /* no late answer */
}

static void produce(void *argument)
{
    struct producer *producer = argument;
    for (uint32_t number = 0; number < MESSAGES; number++) {
        struct body body = {producer->index, number};
        struct message message = new_message(producer, &body);
        struct record *record = &producer->records[number];
        record->priority = message.priority;
        if (below(2))
            send_one(producer, record, &message);
        else
            call_one(producer, record, &message);
        memset(&body, 0xee, sizeof(body));
        dawdle();
    }
    producing--;
}

/* --- the server */

static void check_received(const struct body *body, const struct message *message)
{
    assert_true(body->producer < PRODUCERS && body->number < MESSAGES);
    struct producer *producer = &producers[body->producer];
    struct record *record = &producer->records[body->number];
    assert_int_equal(message->size, sizeof(*body));
    assert_int_equal(message->priority, record->priority);
    assert_true(record->fate == UNSENT || record->fate == SENT);
    assert_int_equal(record->received, 0);
    record->received++;
    record->fate = RECEIVED;
    assert_true(body->number >= producer->last[record->priority]);
    producer->last[record->priority] = body->number + 1;
    exchanged++;
}

static void drop_token(const struct body *body, const struct message *message)
{
    void *referent;
    if (!message->capability_count)
        return;
    assert_int_equal(capability_resolve(&server, message->capabilities[0], &token_type,
                                        CAPABILITY_ALL, &referent),
                     OK);
    assert_ptr_equal(referent, &tokens[body->producer]);
    assert_int_equal(capability_drop(&server, message->capabilities[0]), OK);
}

struct pending {
    struct reply reply;
    uint32_t answer;
};

static void answer_one(struct pending *pending, unsigned *count)
{
    unsigned i = below(*count);
    struct message answer = {.data = &pending[i].answer, .size = sizeof(pending[i].answer)};
    enum status status = channel_reply(&server, receiving, pending[i].reply, OK, &answer);
    assert_true(!status || status == ERR_NOT_FOUND);
    assert_int_equal(channel_reply(&server, receiving, pending[i].reply, OK, &answer),
                     ERR_NOT_FOUND);
    pending[i] = pending[--*count];
}

static void serve(void *argument)
{
    (void)argument;
    struct pending pending[16];
    unsigned count = 0;
    while (producing || channel_count(&channel) || count) {
        hand.producer = PRODUCERS;
        struct message message = {.data = &hand, .room = sizeof(hand)};
        uint64_t deadline = below(3) ? clock_now() + 1 + below(200) : 0;
        enum status status = below(2) ? channel_receive(&server, receiving, &message, deadline)
                                      : channel_wait(&server, receiving, NULL, &message, deadline);
        if (!status) {
            check_received(&hand, &message);
            drop_token(&hand, &message);
            if (message.reply.value)
                pending[count++] = (struct pending){message.reply, answer_to(&hand)};
        } else if (status == ERR_CLOSED || status == ERR_WOULD_BLOCK) {
            task_sleep_until(clock_now() + 50);
        }
        while (count && (count > 8 || !below(2)))
            answer_one(pending, &count);
        dawdle();
    }
}

/* Closes and opens now and then. What was sent and not received is given back: its record says so,
 * its token is its sender's again. */
static void own(void *argument)
{
    (void)argument;
    while (producing) {
        task_sleep_until(clock_now() + 500 + below(20000));
        channel_close(&channel);
        closings++;
        assert_int_equal(channel_count(&channel), 0);
        for (unsigned i = 0; i < PRODUCERS; i++)
            for (unsigned j = 0; j < MESSAGES; j++)
                if (producers[i].records[j].fate == SENT &&
                    !is_handed_over(&producers[i].records[j], i, j))
                    producers[i].records[j].fate = FAILED;
        if (below(2))
            task_yield();
        channel_open(&channel);
    }
}

static void begin(void)
{
    fixture_reset();
    const struct channel_parameters parameters = {
        "test", slots, (uint8_t *)data, (uint16_t)(1 + below(SLOTS_MAX)), sizeof(struct body)};
    channel_init(&channel, &parameters);
    capability_holder_init(&server, server_slots, TABLE);
    assert_int_equal(
        capability_create(&server, &channel_type, &channel, CAPABILITY_ALL, &receiving), OK);
    token_count = 0;
    hand = (struct body){.producer = PRODUCERS}; /* nobody's */
    producing = PRODUCERS;
    memset(producers, 0, sizeof(producers));
    for (unsigned i = 0; i < PRODUCERS; i++) {
        struct producer *producer = &producers[i];
        producer->index = i;
        capability_holder_init(&producer->holder, producer->slots, TABLE);
        assert_int_equal(capability_derive(&server, receiving, CAPABILITY_WRITE, &producer->holder,
                                           &producer->sending),
                         OK);
        assert_int_equal(capability_create(&producer->holder, &token_type, &tokens[i],
                                           CAPABILITY_ALL, &producer->token),
                         OK);
        fixture_spawn((uint8_t)(3 + below(3)), produce, producer);
    }
    fixture_spawn((uint8_t)(3 + below(3)), serve, NULL);
    may_close = below(2);
    if (may_close)
        fixture_spawn(2, own, NULL);
}

static void check_end(void)
{
    for (unsigned i = 0; i < PRODUCERS; i++)
        for (unsigned j = 0; j < MESSAGES; j++) {
            const struct record *record = &producers[i].records[j];
            /* A sender that waited learns that it was taken only when it runs: by then its message
             * may have been given back by a close. */
            assert_true(record->fate == RECEIVED || record->fate == FAILED ||
                        (may_close && record->fate == SENT));
            assert_int_equal(record->received, record->fate == RECEIVED);
        }
    capability_holder_clear(&server);
    for (unsigned i = 0; i < PRODUCERS; i++) {
        capability_holder_clear(&producers[i].holder);
        assert_int_equal(producers[i].holder.room, TABLE);
    }
    assert_int_equal(server.room, TABLE);
    assert_int_equal(token_count, 0);
}

static void random_interleavings_lose_and_double_nothing(void **state)
{
    (void)state;
    const char *given = getenv("CHANNEL_SEED");
    seed = given ? strtoull(given, NULL, 0) : UINT64_C(0x9e3779b97f4a7c15);
    print_message("CHANNEL_SEED=%llu\n", (unsigned long long)seed);
    for (int run = 0; run < RUNS; run++) {
        begin();
        fixture_run();
        check_end();
    }
    print_message("%u received, %u answered, %u calls without, %u closings\n", exchanged, answered,
                  refused, closings);
    assert_true(answered > 0 && refused > 0 && closings > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_interleavings_lose_and_double_nothing),
    };
    return cmocka_run_group_tests_name("channel_model", tests, NULL, NULL);
}
