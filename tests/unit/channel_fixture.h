/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A channel between a server and a client, each with its table of capabilities, for the tests of
 * channels: included by each, before its tests.
 */
#ifndef CHANNEL_FIXTURE_H
#define CHANNEL_FIXTURE_H

#include "kernel_fake.h"
#include "task_fixture.h"

#include <kernel/channel_wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { SLOTS = 2, SIZE = 8, CAPABILITIES = 4, NOW = 0 };

static struct channel channel;
static struct channel_slot slots[SLOTS];
static uint8_t data[SLOTS * SIZE];
static struct capability_holder server, client;
static struct capability_slot server_slots[CAPABILITIES], client_slots[CAPABILITIES];
static struct capability receiving, sending; /* the server's, the client's */
static struct capability gift;               /* of the client */
static int present;
static const struct capability_type present_type = {.name = "present"};

static char trace[1024];

static inline void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline void note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = strlen(trace);
    vsnprintf(trace + length, sizeof(trace) - length, format, arguments);
    va_end(arguments);
}

static inline int setup(void **state)
{
    (void)state;
    fixture_reset();
    trace[0] = '\0';
    const struct channel_parameters parameters = {"test", slots, data, SLOTS, SIZE};
    channel_init(&channel, &parameters);
    capability_holder_init(&server, server_slots, CAPABILITIES);
    capability_holder_init(&client, client_slots, CAPABILITIES);
    assert_int_equal(
        capability_create(&server, &channel_type, &channel, CAPABILITY_ALL, &receiving), OK);
    assert_int_equal(capability_derive(&server, receiving, CAPABILITY_WRITE, &client, &sending),
                     OK);
    assert_int_equal(capability_create(&client, &present_type, &present, CAPABILITY_ALL, &gift),
                     OK);
    return 0;
}

/* The messages of the tests: a call's number and a short text. */

static inline struct message message_of(uint32_t call, const char *text)
{
    return (struct message){.call = call,
                            .data = (void *)(uintptr_t)text,
                            .size = (uint16_t)strlen(text),
                            .priority = 1};
}

static inline enum status send(uint32_t call, const char *text, uint64_t deadline)
{
    struct message message = message_of(call, text);
    return channel_send(&client, sending, &message, deadline);
}

static inline enum status send_gift(uint64_t deadline)
{
    struct message message = message_of(9, "gift");
    message.capability_count = 1;
    message.capabilities[0] = gift;
    return channel_send(&client, sending, &message, deadline);
}

struct received {
    struct message message;
    char text[SIZE + 1];
};

static bool in_line; /* waits go through channel_wait.h */

/* channel_call, or channel_receive if there is no message. */
static inline enum status transact(struct capability_holder *holder, struct capability end,
                                   const struct message *message, struct message *into,
                                   uint64_t deadline)
{
    if (in_line)
        return channel_wait(holder, end, message, into, deadline);
    return message ? channel_call(holder, end, message, into, deadline)
                   : channel_receive(holder, end, into, deadline);
}

static inline enum status receive(struct received *received, uint64_t deadline)
{
    memset(received, 0, sizeof(*received));
    received->message = (struct message){.data = received->text, .room = SIZE};
    return transact(&server, receiving, NULL, &received->message, deadline);
}

static inline bool server_has_gift(const struct received *received)
{
    void *referent = NULL;
    return received->message.capability_count == 1 &&
           !capability_resolve(&server, received->message.capabilities[0], &present_type,
                               CAPABILITY_ALL, &referent) &&
           referent == &present;
}

static inline bool client_has_gift(void)
{
    void *referent;
    return !capability_resolve(&client, gift, &present_type, CAPABILITY_ALL, &referent);
}

/* Runs the test's body in a task. */
static inline void run(void (*body)(void *argument))
{
    fixture_spawn(5, body, NULL);
    fixture_run();
}

static inline void receive_and_note(void *argument)
{
    (void)argument;
    struct received got;
    enum status status = receive(&got, CLOCK_NEVER);
    note("%s%s ", status ? status_name(status) : got.text, got.message.capability_count ? "+" : "");
}

static inline void send_text(void *argument)
{
    enum status status = send(1, argument, 5000);
    if (status)
        note("%s:%s ", (const char *)argument, status_name(status));
}

static inline void call_and_note(void *argument)
{
    char text[SIZE + 1] = "";
    struct message message = message_of(4, argument);
    struct message answer = {.data = text, .room = SIZE};
    enum status status = transact(&client, sending, &message, &answer, 5000);
    note("%s=%s(%s,%u)@%u ", (const char *)argument, status_name(status), text, answer.size,
         (unsigned)clock_now());
}

static inline void gift_in_line(void *argument)
{
    (void)argument;
    enum status status = send_gift(5000);
    note("gift:%s ", status_name(status));
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

#endif
