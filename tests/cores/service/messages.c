/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Senders send and call, servers receive and reply. Each message has its sender's number and the
 * next of a sequence for its channel and priority: a server must find each sequence whole and in
 * order. Some messages move a capability, which the receiver drops.
 */
#include "stress.h"

#include <kernel/channel_wait.h>
#include <kernel/clock.h>
#include <kernel/log.h>
#include <string.h>

enum {
    CAPACITY = 4,
    CALL_PLAIN = 1,
    CALL_QUESTION = 2,
    CALL_GIFT = 3,
    PATIENCE = 5000000 /* ns */
};

struct letter {
    uint32_t sender;
    uint32_t sequence;
};

struct server {
    struct channel channel;
    struct channel_slot slots[CAPACITY];
    uint8_t data[CAPACITY * sizeof(struct letter)];
    struct capability_holder owner;
    struct capability_slot owned[STRESS_SENDERS + 4];
    struct capability receive;
    /* One more than the last that was received; of its task. */
    uint32_t received[STRESS_SENDERS][CHANNEL_PRIORITIES];
    /* One more than the last that was sent; of each sender. */
    uint32_t sent[STRESS_SENDERS][CHANNEL_PRIORITIES];
    struct capability send[STRESS_SENDERS];
};

static struct server servers[STRESS_SERVERS];
static atomic_uint senders_done;

static const struct capability_type gift_type = {.name = "gift"};
static int gift;

void stress_channels_init(void)
{
    for (unsigned i = 0; i < STRESS_SERVERS; i++) {
        struct server *server = &servers[i];
        const struct channel_parameters parameters = {"stress", server->slots, server->data,
                                                      CAPACITY, sizeof(struct letter)};
        channel_init(&server->channel, &parameters);
        capability_holder_init(&server->owner, server->owned,
                               sizeof(server->owned) / sizeof(server->owned[0]));
        stress_expect(capability_create(&server->owner, &channel_type, &server->channel,
                                        CAPABILITY_ALL, &server->receive) == OK,
                      "channel", i, 0);
    }
}

void stress_channels_check(const struct stress_task senders[])
{
    for (unsigned i = 0; i < STRESS_SENDERS; i++)
        stress_expect(senders[i].holder.room == STRESS_SLOTS - STRESS_SERVERS, "room left",
                      senders[i].holder.room, STRESS_SLOTS - STRESS_SERVERS);
    for (unsigned i = 0; i < STRESS_SERVERS; i++)
        for (unsigned sender = 0; sender < STRESS_SENDERS; sender++)
            for (unsigned p = 0; p < CHANNEL_PRIORITIES; p++)
                stress_expect(servers[i].received[sender][p] == servers[i].sent[sender][p],
                              "received of what was sent", servers[i].received[sender][p],
                              servers[i].sent[sender][p]);
}

static void take(struct stress_task *self, struct server *server, const struct message *message)
{
    const struct letter *letter = message->data;
    stress_expect(message->size == sizeof(*letter) && letter->sender < STRESS_SENDERS, "size",
                  message->size, sizeof(*letter));
    uint32_t *expected = &server->received[letter->sender][message->priority];
    if (message->call == CALL_QUESTION) {
        uint32_t answer = letter->sequence * 3 + letter->sender;
        const struct message reply = {.data = &answer, .size = sizeof(answer)};
        enum status status =
            channel_reply(&server->owner, server->receive, message->reply, OK, &reply);
        stress_expect(status == OK || status == ERR_NOT_FOUND, status_name(status), status, 0);
        return;
    }
    stress_expect(letter->sequence == *expected, "sequence", letter->sequence, *expected);
    *expected = letter->sequence + 1;
    if (message->call == CALL_GIFT) {
        void *referent = NULL;
        enum status status = capability_resolve(&server->owner, message->capabilities[0],
                                                &gift_type, CAPABILITY_READ, &referent);
        stress_expect(status == OK && referent == &gift, status_name(status), status, 0);
        status = capability_drop(&server->owner, message->capabilities[0]);
        stress_expect(status == OK, status_name(status), status, 0);
    }
    (void)self;
}

void stress_server(void *argument)
{
    struct stress_task *self = argument;
    struct server *server = &servers[self->number];
    while (true) {
        struct letter letter = {0};
        struct message message = {.data = &letter, .room = sizeof(letter)};
        bool last = atomic_load(&senders_done) == STRESS_SENDERS;
        enum status status = channel_wait(&server->owner, server->receive, NULL, &message,
                                          last ? 0 : clock_now() + PATIENCE);
        if (status == ERR_WOULD_BLOCK)
            return;
        stress_expect(status == OK || status == ERR_TIMEOUT, status_name(status), status, 0);
        if (status == OK)
            take(self, server, &message);
        stress_wander(self);
    }
}

static void send(struct stress_task *self, struct server *server)
{
    unsigned me = self->number, priority = stress_random(self, CHANNEL_PRIORITIES);
    uint32_t *next = &server->sent[me][priority];
    struct letter letter = {me, *next};
    struct message message = {
        .call = CALL_PLAIN, .data = &letter, .size = sizeof(letter), .priority = (uint8_t)priority};
    if (stress_random(self, 4) == 0) {
        message.call = CALL_GIFT;
        message.capability_count = 1;
        enum status status = capability_create(&self->holder, &gift_type, &gift, CAPABILITY_ALL,
                                               &message.capabilities[0]);
        stress_expect(status == OK, "gift", status, 0);
    }
    enum status status =
        channel_send(&self->holder, server->send[me], &message, stress_deadline(self));
    if (status == OK) {
        ++*next;
        atomic_fetch_add(&stress_counts.messages, 1);
        return;
    }
    stress_expect(status == ERR_TIMEOUT || status == ERR_WOULD_BLOCK || status == ERR_CANCELLED,
                  status_name(status), status, 0);
    atomic_fetch_add(&stress_counts.timeouts, 1);
    if (message.capability_count) {
        status = capability_drop(&self->holder, message.capabilities[0]);
        stress_expect(status == OK, status_name(status), status, 0);
    }
}

static void ask(struct stress_task *self, struct server *server)
{
    struct letter letter = {self->number, self->random};
    uint32_t answer = 0;
    struct message message = {.call = CALL_QUESTION,
                              .data = &letter,
                              .size = sizeof(letter),
                              .priority = (uint8_t)stress_random(self, CHANNEL_PRIORITIES)};
    struct message reply = {.data = &answer, .room = sizeof(answer)};
    const struct capability send = server->send[self->number];
    const uint64_t deadline = stress_deadline(self);
    enum status status = self->number % 2 /* both ways to wait meet */
                             ? channel_call(&self->holder, send, &message, &reply, deadline)
                             : channel_wait(&self->holder, send, &message, &reply, deadline);
    if (status == OK) {
        stress_expect(answer == letter.sequence * 3 + letter.sender, "answer", answer,
                      letter.sequence * 3 + letter.sender);
        atomic_fetch_add(&stress_counts.calls, 1);
    } else {
        stress_expect(status == ERR_TIMEOUT || status == ERR_WOULD_BLOCK || status == ERR_CANCELLED,
                      status_name(status), status, 0);
        atomic_fetch_add(&stress_counts.timeouts, 1);
    }
}

void stress_sender(void *argument)
{
    struct stress_task *self = argument;
    capability_holder_init(&self->holder, self->slots, STRESS_SLOTS);
    for (unsigned i = 0; i < STRESS_SERVERS; i++)
        stress_expect(capability_derive(&servers[i].owner, servers[i].receive, CAPABILITY_WRITE,
                                        &self->holder, &servers[i].send[self->number]) == OK,
                      "derive", i, 0);
    while (!atomic_load(&stress_over)) {
        struct server *server = &servers[stress_random(self, STRESS_SERVERS)];
        if (stress_random(self, 3))
            send(self, server);
        else
            ask(self, server);
        stress_wander(self);
    }
    atomic_fetch_add(&senders_done, 1);
}
