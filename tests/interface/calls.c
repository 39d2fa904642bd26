/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The generated client and server of the interface sample, over a channel found in the registry,
 * as tasks on the fake board: every call, what moves with it, and each way that it can fail.
 */
#include "../unit/kernel_fake.h"
#include "../unit/task_fixture.h"

#include <kernel/clock.h>
#include <sample_interface.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CAPABILITIES = 8 };

static struct capability_holder server, client;
static struct capability_slot server_slots[CAPABILITIES], client_slots[CAPABILITIES];
static struct capability receiving, sending, gift;
static int present;
static const struct capability_type present_type = {.name = "present"};
static unsigned served, last_bits;
static struct capability got; /* what came with the last `move` */

static enum status do_all(void *context, const struct sample_all_request *request,
                          struct sample_all_reply *reply)
{
    assert_ptr_equal(context, &served);
    reply->u64 = request->u64 + 1;
    memcpy(reply->name, request->name, sizeof(reply->name));
    reply->has_maybe = request->has_maybe;
    reply->maybe = request->maybe;
    return request->truth ? OK : ERR_BUSY;
}

static enum status do_grow(void *context, const struct sample_grow_request *request,
                           struct sample_grow_reply *reply)
{
    (void)context;
    reply->port = request->port;
    reply->point.x = -7;
    return OK;
}

static enum status do_move(void *context, const struct sample_move_request *request,
                           struct sample_move_reply *reply)
{
    (void)context;
    got = request->object;
    reply->channel = request->object;
    if (request->number == 1)
        reply->channel = receiving; /* READ without TRANSFER: it cannot move */
    return OK;
}

static enum status do_nothing(void *context)
{
    (void)context;
    return OK;
}

static const struct sample_server sample = {do_all, do_grow, do_move, do_nothing};

static void serve(void *argument)
{
    (void)argument;
    assert_int_equal(sample_provide(&server, &receiving), OK);
    for (;;) {
        uint32_t bits = 0;
        enum status status = sample_serve(&sample, &served, &server, receiving, &bits, CLOCK_NEVER);
        if (status == ERR_CLOSED)
            break;
        assert_int_equal(status, OK);
        last_bits |= bits;
        served++;
    }
    registry_unbind(&server);
    capability_holder_clear(&server);
}

/* The channel itself, as its server would close it. */
static struct channel *channel(void)
{
    void *referent = NULL;
    assert_int_equal(
        capability_resolve(&server, receiving, &channel_type, CAPABILITY_READ, &referent), OK);
    return referent;
}

static void (*client_body)(void);

static void run_client(void *argument)
{
    (void)argument;
    assert_int_equal(sample_connect(&client, CLOCK_NEVER, &sending), OK);
    client_body();
    channel_close(channel());
}

static void run(void (*body)(void))
{
    fixture_reset();
    served = last_bits = 0;
    client_body = body;
    capability_holder_init(&server, server_slots, CAPABILITIES);
    capability_holder_init(&client, client_slots, CAPABILITIES);
    assert_int_equal(capability_create(&client, &present_type, &present, CAPABILITY_ALL, &gift),
                     OK);
    fixture_spawn(8, run_client, NULL);
    fixture_spawn(8, serve, NULL);
    fixture_run();
}

static void call_everything(void)
{
    struct sample_all_request all = {
        .truth = true, .u64 = 41, .name = "Nora", .has_maybe = true, .maybe = 9};
    struct sample_all_reply reply;
    memset(&reply, 0xff, sizeof(reply));
    assert_int_equal(sample_all(&client, sending, &all, &reply, CLOCK_NEVER), OK);
    assert_int_equal(reply.u64, 42);
    assert_string_equal(reply.name, "Nora");
    assert_true(reply.has_maybe && reply.maybe == 9);
    assert_false(reply.has_some); /* what the server left alone is zero */

    const struct sample_grow_request grow = {.port = 5};
    struct sample_grow_reply grown;
    assert_int_equal(sample_grow(&client, sending, &grow, &grown, CLOCK_NEVER), OK);
    assert_int_equal(grown.port, 5);
    assert_int_equal(grown.point.x, -7);
    assert_int_equal(sample_nothing(&client, sending, CLOCK_NEVER), OK);
    assert_int_equal(served, 3);
}

static void calls_arrive(void **state)
{
    (void)state;
    run(call_everything);
}

static void call_refused(void)
{
    const struct sample_all_request all = {.truth = false};
    struct sample_all_reply reply;
    memset(&reply, 0x5a, sizeof(reply));
    assert_int_equal(sample_all(&client, sending, &all, &reply, CLOCK_NEVER), ERR_BUSY);
    assert_int_equal(reply.u8, 0x5a);
}

static void what_the_server_says_comes_back(void **state)
{
    (void)state;
    run(call_refused);
}

static void move_there_and_back(void)
{
    struct sample_move_request request = {.number = 0, .object = gift};
    struct sample_move_reply reply;
    void *referent = NULL;
    assert_int_equal(sample_move(&client, sending, &request, &reply, CLOCK_NEVER), OK);
    assert_int_equal(capability_resolve(&client, gift, &present_type, 0, &referent), ERR_NOT_FOUND);
    assert_int_equal(capability_resolve(&client, reply.channel, &present_type, 0, &referent), OK);
    assert_ptr_equal(referent, &present);
    assert_int_equal(capability_resolve(&server, got, &present_type, 0, &referent), ERR_NOT_FOUND);

    /* A reply that cannot be sent ends the call all the same. */
    request = (struct sample_move_request){.number = 1, .object = reply.channel};
    assert_int_equal(sample_move(&client, sending, &request, &reply, CLOCK_NEVER), ERR_DENIED);
    assert_int_equal(capability_resolve(&server, got, &present_type, 0, &referent), OK);

    /* One that was moved away cannot be sent. */
    assert_int_equal(sample_move(&client, sending, &request, &reply, CLOCK_NEVER), ERR_NOT_FOUND);
}

static void capabilities_move_with_calls(void **state)
{
    (void)state;
    run(move_there_and_back);
}

static void call_wrongly(void)
{
    /* The call of another interface, with a capability in it, which nobody keeps. */
    const struct interface_type *move = sample_calls[SAMPLE_CALL_MOVE].request;
    const struct interface_call foreign = {
        .hash = 0x12345678, .request = move, .reply = sample_calls[SAMPLE_CALL_MOVE].reply};
    const struct sample_move_request request = {.object = gift};
    struct sample_move_reply reply;
    uint32_t room = server.room;
    assert_int_equal(interface_call(&client, sending, &foreign, &request, &reply, CLOCK_NEVER),
                     ERR_INTERFACE_MISMATCH);
    assert_int_equal(server.room, room);

    /* A request that is too short, and a caller that expects another reply. */
    struct interface_type shorter = *sample_calls[SAMPLE_CALL_GROW].request;
    shorter.size--;
    struct interface_call call = sample_calls[SAMPLE_CALL_GROW];
    const struct sample_grow_request grow = {.port = 1};
    struct sample_grow_reply grown[2];
    call.request = &shorter;
    assert_int_equal(interface_call(&client, sending, &call, &grow, grown, CLOCK_NEVER),
                     ERR_INVALID);
    struct interface_type longer = *sample_calls[SAMPLE_CALL_GROW].reply;
    longer.size++;
    call = sample_calls[SAMPLE_CALL_GROW];
    call.reply = &longer;
    assert_int_equal(interface_call(&client, sending, &call, &grow, grown, CLOCK_NEVER),
                     ERR_INTERFACE_MISMATCH);
}

static void wrong_calls_are_answered(void **state)
{
    (void)state;
    run(call_wrongly);
}

static void send_and_notify(void)
{
    const struct sample_grow_request grow = {.port = 1};
    const struct message message = {.call = sample_calls[SAMPLE_CALL_GROW].hash,
                                    .data = (void *)&grow,
                                    .size = sizeof(grow),
                                    .capabilities = {gift},
                                    .capability_count = 1};
    assert_int_equal(channel_send(&client, sending, &message, CLOCK_NEVER), OK);
    channel_notify(channel(), 5);
    assert_int_equal(sample_nothing(&client, sending, CLOCK_NEVER), OK);
    assert_int_equal(served, 3);
    assert_int_equal(last_bits, 5);
}

static void what_is_no_call_is_no_trouble(void **state)
{
    (void)state;
    run(send_and_notify);
    assert_int_equal(server.room, CAPABILITIES);
}

static void fail_to_provide(void)
{
    struct capability receive, hog[CAPABILITIES];
    struct capability_slot slots[CAPABILITIES];
    struct capability_holder other;
    capability_holder_init(&other, slots, CAPABILITIES);
    assert_int_equal(sample_provide(&other, &receive), ERR_BUSY);
    assert_int_equal(other.room, CAPABILITIES);
    registry_unbind(&server);
    for (unsigned room = 0; room < 2; room++) {
        capability_holder_init(&other, slots, CAPABILITIES);
        for (unsigned i = room; i < CAPABILITIES; i++)
            assert_int_equal(
                capability_create(&other, &present_type, &present, CAPABILITY_READ, &hog[i]), OK);
        assert_int_equal(sample_provide(&other, &receive), ERR_LIMIT);
        assert_int_equal(other.room, room);
    }
}

static void a_failed_provider_leaves_nothing(void **state)
{
    (void)state;
    run(fail_to_provide);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_arrive),
        cmocka_unit_test(what_the_server_says_comes_back),
        cmocka_unit_test(capabilities_move_with_calls),
        cmocka_unit_test(wrong_calls_are_answered),
        cmocka_unit_test(what_is_no_call_is_no_trouble),
        cmocka_unit_test(a_failed_provider_leaves_nothing),
    };
    return cmocka_run_group_tests_name("typed calls", tests, NULL, NULL);
}
