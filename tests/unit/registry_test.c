/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/registry.c kernel/channel.c kernel/capability.c kernel/task*.c kernel/clock.c
// link: kernel/event.c kernel/log.c kernel/format.c kernel/device.c kernel/stack.c kernel/status.c
// link: tests/unit/kernel_fake.c tests/unit/task_fixture.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c tests/unit/fake_memory.c
// link: tests/unit/host_stack.c
/*
 * The registry: providers that come, refuse and go, and clients that wait for them.
 */
#include "kernel_fake.h"
#include "task_fixture.h"
#include "trace.h"

#include <kernel/channel.h>
#include <kernel/registry.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 2, SIZE = 8, TABLE = 4 };

struct interface {
    int unused;
};

static const struct interface codecs;
static const uint32_t served[] = {10, 20, 30}, wanted[] = {30, 10}, changed[] = {10, 21};

static struct channel channel;
static struct channel_slot slots[SLOTS];
static uint8_t data[SLOTS * SIZE];
static struct capability_holder server, other, client;
static struct capability_slot server_slots[TABLE], other_slots[TABLE], client_slots[TABLE];
static struct registry_provider provider, rival;
static struct registry_request request;

static int setup(void **state)
{
    (void)state;
    static const struct uuid uuid = {{1, 2, 3, 4, 5, 6, 0x47, 8, 0x89, 10, 11, 12, 13, 14, 15, 16}};
    const struct channel_parameters parameters = {"test", slots, data, SLOTS, SIZE};
    fixture_reset();
    trace[0] = '\0';
    channel_init(&channel, &parameters);
    capability_holder_init(&server, server_slots, TABLE);
    capability_holder_init(&other, other_slots, TABLE);
    capability_holder_init(&client, client_slots, TABLE);
    provider = (struct registry_provider){
        .uuid = uuid, .holder = &server, .calls = served, .call_count = 3};
    rival = provider;
    rival.holder = &other;
    request = (struct registry_request){
        .uuid = uuid, .holder = &client, .calls = wanted, .call_count = 2};
    capability_create(&server, &channel_type, &channel, CAPABILITY_ALL, &provider.channel);
    capability_create(&other, &channel_type, &channel, CAPABILITY_ALL, &rival.channel);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    registry_unbind(&server);
    registry_unbind(&other);
    return 0;
}

static bool connected(struct capability capability)
{
    void *referent = NULL;
    unsigned rights;
    return !capability_resolve(&client, capability, &channel_type, CAPABILITY_WRITE, &referent) &&
           referent == &channel && !capability_rights(&client, capability, &rights) &&
           rights == CAPABILITY_WRITE;
}

static void connect_and_note(void *argument)
{
    struct capability made = {0};
    enum status status =
        registry_connect(&request, argument ? (uintptr_t)argument : CLOCK_NEVER, &made);
    note("%s@%u ", status_name(status), (unsigned)clock_now());
    assert_true(status ? client.room == TABLE : connected(made));
}

static void bind_later(void *argument)
{
    task_sleep_until((uintptr_t)argument);
    assert_int_equal(registry_bind(&provider), OK);
}

static void only_a_channel_of_ones_own_is_bound(void **state)
{
    (void)state;
    struct registry_provider wrong = provider;
    wrong.holder = &client;
    assert_int_equal(registry_bind(&wrong), ERR_NOT_FOUND);
    wrong.holder = &server;
    assert_int_equal(
        capability_derive(&server, provider.channel, CAPABILITY_WRITE, &server, &wrong.channel),
        OK);
    assert_int_equal(registry_bind(&wrong), ERR_DENIED);
}

static void an_interface_has_one_provider(void **state)
{
    (void)state;
    struct registry_provider unlike = rival;
    unlike.uuid.bytes[15]++;
    assert_int_equal(registry_bind(&provider), OK);
    assert_int_equal(registry_bind(&rival), ERR_BUSY);
    assert_int_equal(registry_bind(&unlike), OK);
    registry_unbind(&server);
    assert_int_equal(registry_bind(&rival), OK);
    registry_unbind(&other);
    assert_int_equal(registry_bind(&provider), OK);
}

static void try_to_connect(void *argument)
{
    (void)argument;
    struct capability made = {0};
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), ERR_NOT_FOUND);
    assert_null(registry_codecs(&request.uuid));
    assert_null(registry_channel(0));
    assert_int_equal(registry_bind(&provider), OK);
    assert_ptr_equal(registry_channel(0), &channel);
    assert_null(registry_channel(1));
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), OK);
    assert_true(connected(made));
    request.calls = changed;
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), ERR_INTERFACE_MISMATCH);
    request.call_count = 1;
    request.outside = true;
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), ERR_DENIED);
    assert_null(registry_codecs(&request.uuid));
    provider.codecs = &codecs;
    assert_ptr_equal(registry_codecs(&request.uuid), &codecs);
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), OK);
    assert_true(connected(made));
    while (client.room)
        assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), OK);
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), ERR_LIMIT);
    capability_holder_clear(&server); /* as when the provider ends: its clients' go with it */
    assert_int_equal(client.room, TABLE);
    assert_int_equal(registry_try_connect(&request, CLOCK_NEVER, &made), ERR_NOT_FOUND);
}

static void connecting_depends_on_the_interface(void **state)
{
    (void)state;
    fixture_spawn(5, try_to_connect, NULL);
    fixture_run();
}

static void connecting_waits_for_the_provider(void **state)
{
    (void)state;
    fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, connect_and_note, (void *)50);
    fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, bind_later, (void *)100);
    fixture_run();
    assert_string_equal(trace, "ERR_TIMEOUT@50 OK@100 OK@100 ");
}

static void bind_another(void *argument)
{
    (void)argument;
    rival.uuid.bytes[0]++;
    assert_int_equal(registry_bind(&rival), OK);
}

static void another_provider_wakes_nobody(void **state)
{
    (void)state;
    fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, bind_another, NULL);
    fixture_spawn(5, bind_later, (void *)100);
    fixture_run();
    assert_string_equal(trace, "OK@100 ");
}

static void wake_connecting(void *argument)
{
    task_wake(argument, OK);
}

static void a_wake_up_without_a_provider_is_slept_through(void **state)
{
    (void)state;
    struct task *waiting = fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, wake_connecting, waiting);
    fixture_spawn(5, bind_later, (void *)100);
    fixture_run();
    assert_string_equal(trace, "OK@100 ");
}

/* Says yes to who knows the word. */
static void keep_the_door(void *argument)
{
    (void)argument;
    assert_int_equal(registry_bind(&provider), OK);
    for (;;) {
        char word[SIZE + 1] = "";
        struct message message = {.data = word, .room = SIZE};
        if (channel_receive(&server, provider.channel, &message, 200))
            break;
        assert_int_equal(message.call, REGISTRY_HELLO);
        enum status status = strcmp(word, "please") == 0 ? OK : ERR_DENIED;
        assert_int_equal(channel_reply(&server, provider.channel, message.reply, status, NULL), OK);
    }
}

static void the_provider_may_refuse(void **state)
{
    (void)state;
    provider.hello = true;
    request.hello = "hey";
    request.hello_size = 3;
    fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, keep_the_door, NULL);
    fixture_run();
    assert_string_equal(trace, "ERR_DENIED@0 ");
    teardown(state);
    setup(state);
    provider.hello = true;
    request.hello = "please";
    request.hello_size = 6;
    fixture_spawn(5, connect_and_note, NULL);
    fixture_spawn(5, keep_the_door, NULL);
    fixture_run();
    assert_string_equal(trace, "OK@0 ");
}

static void end_provider(void *argument)
{
    (void)argument;
    assert_int_equal(registry_bind(&provider), OK);
    task_sleep_until(10);
    registry_unbind(&server);
    channel_close(&channel);
    capability_holder_clear(&server);
    task_sleep_until(20);
    channel_open(&channel);
    rival.hello = false;
    assert_int_equal(registry_bind(&rival), OK);
}

static void connect_later(void *argument)
{
    (void)argument;
    task_sleep_until(15);
    connect_and_note(NULL);
}

static void a_provider_that_ends_lets_go_of_all(void **state)
{
    (void)state;
    provider.hello = true;
    fixture_spawn(5, end_provider, NULL);
    fixture_spawn(5, connect_and_note, NULL); /* in the handshake */
    fixture_spawn(5, connect_later, NULL);    /* waits for the next provider */
    fixture_run();
    assert_string_equal(trace, "ERR_CLOSED@10 OK@20 ");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_a_channel_of_ones_own_is_bound),
        TEST(an_interface_has_one_provider),
        TEST(connecting_depends_on_the_interface),
        TEST(connecting_waits_for_the_provider),
        TEST(another_provider_wakes_nobody),
        TEST(a_wake_up_without_a_provider_is_slept_through),
        TEST(the_provider_may_refuse),
        TEST(a_provider_that_ends_lets_go_of_all),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
