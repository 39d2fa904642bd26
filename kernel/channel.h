/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Channels: bounded queues of typed messages between tasks, with many senders and one receiver.
 *
 *          channel_send, channel_call              channel_receive
 *   (free) -------------------------> QUEUED ------------------------> (free)  sent
 *     ^                                  |  \------------------------> CALLED  called
 *     |      caller gives up, close      |      caller gives up, close    |
 *     +----------------------------------+--------------------------------+ channel_reply
 *
 * A slot of a channel is in one of these; a call keeps its slot until it is answered, so that the
 * slots bound the calls too. Messages of one priority are received in the order they were sent; a
 * more urgent one goes before. A sender that finds no slot waits in line. What a task waits with
 * lies on its stack and is taken back before it goes on, so a late reply finds nobody.
 *
 * Invariants: 1 a sender waits only while no slot is free; 2 the receiver waits only while nothing
 * is queued and no bit notified; 3 a closed channel holds and delays nobody.
 */
#ifndef KERNEL_CHANNEL_H
#define KERNEL_CHANNEL_H

#include <kernel/capability.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;

enum {
    CHANNEL_PRIORITIES = 3,     /* 0 is the most urgent */
    CHANNEL_CAPACITY_MAX = 255, /* slots */
    MESSAGE_CAPABILITIES = 2,   /* that one message can move */
    MESSAGE_NOTIFICATION = 0,   /* `call` of a received notification */
};

/* The right to answer one call, once; all zero is none. */
struct reply {
    uint64_t value;
};

/* A message, as its sender describes it and as its receiver gets it. Bulk goes as a capability to
 * an object: the pages change hands and nothing is copied. */
struct message {
    uint32_t call;    /* which call of the interface: the hash of its types; not 0 */
    uint32_t bits;    /* received notification: what was notified since the last */
    void *data;       /* borrowed */
    uint16_t size;    /* bytes of data */
    uint16_t room;    /* bytes that fit at `data`, when receiving */
    uint8_t priority; /* below CHANNEL_PRIORITIES */
    uint8_t capability_count;
    struct capability capabilities[MESSAGE_CAPABILITIES]; /* of the sender; of the receiver */
    struct reply reply; /* received call: for channel_reply; else zero */
};

/* A row of a channel's table; all fields are channel.c's. */
struct channel_slot {
    struct channel_slot *next;        /* queued, or free */
    struct channel_waiter *caller;    /* who awaits the answer; NULL for a message that is sent */
    struct capability_holder *sender; /* of the capabilities, while queued */
    struct capability capabilities[MESSAGE_CAPABILITIES];
    uint64_t reply; /* that answers it; 0 unless CALLED */
    uint32_t call;
    uint16_t size;
    uint8_t priority;
    uint8_t capability_count;
};

/* All fields are channel.c's. */
struct channel {
    const char *name;
    struct channel_slot *slots;
    uint8_t *data; /* `capacity` times `data_size` bytes */
    uint16_t capacity;
    uint16_t data_size;
    uint16_t queued;
    bool closed;
    struct channel_slot *free;
    struct channel_slot *first[CHANNEL_PRIORITIES], *last[CHANNEL_PRIORITIES];
    uint32_t notified;
    uint64_t calls; /* that were ever received, above a slot's index; makes replies differ */
    struct channel_waiter *receiver;
    struct channel_waiter *senders;      /* waiting, the most urgent first, then the longest */
    struct event *receivable, *sendable; /* of who listens; NULL: nobody */
};

/* What a new channel is, from the generated tables. Memory is borrowed for the channel's life. */
struct channel_parameters {
    const char *name;
    struct channel_slot *slots;
    uint8_t *data;      /* may be NULL if data_size is 0 */
    uint16_t capacity;  /* slots: 1 to CHANNEL_CAPACITY_MAX */
    uint16_t data_size; /* bytes of the largest message */
};

/* Capabilities to a channel: WRITE sends and calls, READ receives and replies. */
extern const struct capability_type channel_type;

/* An open, empty channel. Its owner makes the first capability to it with capability_create. Once
 * for each channel. Boot or task context. */
void channel_init(struct channel *channel, const struct channel_parameters *parameters);

/* Opens a closed channel again, for its owner's next life. Any context. */
void channel_open(struct channel *channel);

/* Closes it: all who wait return ERR_CLOSED, callers whose call was received too; capabilities that
 * were not received are their senders' again, under the handles they had. For either end. Task
 * context. */
void channel_close(struct channel *channel);

/* Sends a message. Deadlines here are ns since entry, 0 for not to wait and CLOCK_NEVER for no
 * limit. The capabilities move; if this fails, they stay. ERR_NOT_FOUND, ERR_DENIED, ERR_BUSY as of
 * capability_resolve for the channel's, as of capability_lend for those that move; ERR_INVALID for
 * a message that this channel can't carry; ERR_CLOSED; ERR_WOULD_BLOCK or ERR_TIMEOUT if it
 * stays full. Task context. */
enum status channel_send(struct capability_holder *holder, struct capability channel,
                         const struct message *message, uint64_t deadline);

/* Sends a message and waits for its answer, which is written to `answer` and its data to
 * answer->data. Returns what the server said in channel_reply, or as channel_send: then the answer
 * is untouched, and stays so. ERR_TIMEOUT may come after the server has received the call. Task
 * context. */
enum status channel_call(struct capability_holder *holder, struct capability channel,
                         const struct message *message, struct message *answer, uint64_t deadline);

/* Receives a notification, else the first message of the most urgent priority. A capability that
 * was revoked on its way is zero. ERR_INVALID if message->room is below the channel's data_size;
 * ERR_BUSY while another task receives; ERR_LIMIT if the table of `holder` has no room for the
 * capabilities (the message stays first in line); ERR_CLOSED; ERR_WOULD_BLOCK, ERR_TIMEOUT. Task
 * context. */
enum status channel_receive(struct capability_holder *holder, struct capability channel,
                            struct message *message, uint64_t deadline);

/* Ends the call: the caller's channel_call returns `status` with `answer`, of which data, size and
 * capabilities count; NULL for an empty one. ERR_NOT_FOUND if nobody waits for it (any more); a
 * failed reply leaves the call open: ERR_INVALID if the caller has no room for the data, ERR_LIMIT
 * none for the capabilities, or as capability_lend. Never waits. Task context. */
enum status channel_reply(struct capability_holder *holder, struct capability channel,
                          struct reply reply, enum status status, const struct message *answer);

/* Sets bits that the receiver gets all at once, however often each was set. Any context. */
void channel_notify(struct channel *channel, uint32_t bits);

/* What channel_receive would give, without taking it: `call` of the message. ERR_WOULD_BLOCK if
 * there is none, ERR_CLOSED. Task context. */
enum status channel_peek(struct capability_holder *holder, struct capability channel,
                         uint32_t *call);

/* Whether there is still a channel there that can be sent to. Task context. */
static inline bool channel_is_open(struct capability_holder *holder, struct capability capability)
{
    void *channel;
    return !capability_resolve(holder, capability, &channel_type, CAPABILITY_WRITE, &channel) &&
           !((const struct channel *)channel)->closed;
}

/* From now on `event` is signalled when there may be something to receive (`right` is READ) or a
 * slot has become free (WRITE), and when the channel closes: for who waits for other things, too.
 * One listener for each; NULL ends it. The event is borrowed until then. Fails as
 * capability_resolve. Task context. */
enum status channel_listen(struct capability_holder *holder, struct capability channel,
                           enum capability_rights right, struct event *event);

/* Ends the listening of events that `belongs` says true of, whose owner ends. Task context. */
void channel_unlisten(struct channel *channel,
                      bool (*belongs)(const void *address, const void *owner), const void *owner);

/* How many messages are queued. Any context. */
unsigned channel_count(const struct channel *channel);

#endif
