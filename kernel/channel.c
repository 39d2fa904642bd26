/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Channels; channel.h says what holds. Every message goes through a slot, and straight on into the
 * receiver's memory if the receiver waits, so that it need not look again when it runs.
 */
#include <kernel/channel.h>

#include <kernel/channel_wait.h>
#include <kernel/event.h>
#include <kernel/lock.h>
#include <kernel/task.h>
#include <string.h>

enum { REPLY_INDEX_BITS = 8 };

_Static_assert(CHANNEL_CAPACITY_MAX < 1 << REPLY_INDEX_BITS, "a reply holds the slot's index");

const struct capability_type channel_type = {.name = "channel"};

static struct lock lock;

/* --- waiting */

/* What a task waits with, but for what is set where it lines up and where somebody is done with it.
 * Field by field: compilers call memset for the rest of an initialiser. */
static void begin(struct channel_waiter *waiter, struct capability_holder *holder,
                  const struct message *message, struct message *into)
{
    waiter->task = task_current();
    waiter->holder = holder;
    waiter->message = message;
    waiter->into = into;
    waiter->slot = NULL;
    waiter->waits = waiter->done = false;
}

/* Parks until somebody is done with the waiter. Otherwise the caller takes it back: whatever woke
 * the task first, `done` decides. */
static enum status wait(struct channel_waiter *waiter, uint64_t deadline)
{
    enum status status;
    while (!(status = task_wait(&lock, deadline)) && !waiter->done)
        task_waste();
    return waiter->done ? waiter->status : status;
}

static void finish(struct channel_waiter *waiter, enum status status)
{
    waiter->status = status;
    waiter->done = true;
    task_wake_masked(waiter->task, OK);
}

static void line_up(struct channel *channel, struct channel_waiter *waiter)
{
    struct channel_waiter **link = &channel->senders;
    while (*link && (*link)->message->priority <= waiter->message->priority)
        link = &(*link)->next;
    waiter->next = *link;
    *link = waiter;
}

static void leave_line(struct channel *channel, const struct channel_waiter *waiter)
{
    struct channel_waiter **link = &channel->senders;
    while (*link != waiter)
        link = &(*link)->next;
    *link = waiter->next;
}

/* --- capabilities on their way */

static void return_all(struct capability_holder *holder, const struct capability *capabilities,
                       unsigned count)
{
    while (count-- > 0)
        capability_return(holder, capabilities[count]);
}

static enum status lend_all(struct capability_holder *holder, const struct message *message)
{
    for (unsigned i = 0; i < message->capability_count; i++) {
        enum status status = capability_lend(holder, message->capabilities[i]);
        if (status) {
            return_all(holder, message->capabilities, i);
            return status;
        }
    }
    return OK;
}

/* Moves what was lent to `to`, which has room. */
static void take_all(struct capability_holder *from, const struct capability *capabilities,
                     unsigned count, struct capability_holder *to, struct message *into)
{
    into->capability_count = (uint8_t)count;
    for (unsigned i = 0; i < count; i++)
        if (capability_take(from, capabilities[i], to, &into->capabilities[i]))
            into->capabilities[i] = (struct capability){0};
}

/* --- slots */

static uint8_t *slot_data(const struct channel *channel, const struct channel_slot *slot)
{
    return channel->data + (size_t)(slot - channel->slots) * channel->data_size;
}

/* By words where that can be, since messages are small and a C library may copy by bytes. */
__attribute__((noinline)) static void copy(void *to, const void *from, size_t size)
{
    typedef uintptr_t word __attribute__((may_alias));
    if (((uintptr_t)to | (uintptr_t)from | size) % sizeof(word) == 0)
        for (size_t i = 0; i < size / sizeof(word); i++)
            ((word *)to)[i] = ((const word *)from)[i];
    else if (size)
        memcpy(to, from, size);
}

static void tell(struct event *listener)
{
    if (listener)
        event_signal(listener);
}

static void release(struct channel *channel, struct channel_slot *slot)
{
    slot->reply = 0;
    slot->next = channel->free;
    channel->free = slot;
    tell(channel->sendable);
}

static void queue_add(struct channel *channel, struct channel_slot *slot)
{
    unsigned priority = slot->priority;
    slot->next = NULL;
    if (channel->first[priority])
        channel->last[priority]->next = slot;
    else
        channel->first[priority] = slot;
    channel->last[priority] = slot;
    channel->queued++;
}

static void queue_remove(struct channel *channel, struct channel_slot *slot)
{
    struct channel_slot *before = NULL, *at = channel->first[slot->priority];
    while (at != slot) {
        before = at;
        at = at->next;
    }
    if (before)
        before->next = slot->next;
    else
        channel->first[slot->priority] = slot->next;
    if (!slot->next)
        channel->last[slot->priority] = before;
    channel->queued--;
}

/* The slot that is received next; NULL if nothing is queued. */
static struct channel_slot *queue_first(const struct channel *channel)
{
    if (!channel->queued)
        return NULL;
    unsigned priority = 0;
    while (!channel->first[priority])
        priority++;
    return channel->first[priority];
}

/* A free slot for the waiter's message, but for its data and capabilities. */
__attribute__((noinline)) static struct channel_slot *fill_slot(struct channel *channel,
                                                                struct channel_waiter *waiter)
{
    const struct message *message = waiter->message;
    struct channel_slot *slot = channel->free;
    channel->free = slot->next;
    slot->caller = waiter->into ? waiter : NULL;
    slot->sender = waiter->holder;
    slot->call = message->call;
    slot->size = message->size;
    slot->priority = message->priority;
    slot->capability_count = message->capability_count;
    waiter->slot = slot;
    return slot;
}

/* Queues the waiter's message in a free slot. Fails if its capabilities can't be lent. */
static enum status enqueue(struct channel *channel, struct channel_waiter *waiter)
{
    const struct message *message = waiter->message;
    enum status status = lend_all(waiter->holder, message);
    if (status)
        return status;
    struct channel_slot *slot = fill_slot(channel, waiter);
    for (unsigned i = 0; i < message->capability_count; i++)
        slot->capabilities[i] = message->capabilities[i];
    copy(slot_data(channel, slot), message->data, message->size);
    queue_add(channel, slot);
    return OK;
}

/* Gives free slots to who waits for one. A call goes on waiting, for its answer. */
static void admit(struct channel *channel)
{
    while (channel->senders && channel->free) {
        struct channel_waiter *waiter = channel->senders;
        channel->senders = waiter->next;
        enum status status = enqueue(channel, waiter);
        if (status || !waiter->into)
            finish(waiter, status);
    }
}

__attribute__((noinline)) static void read_slot(struct channel *channel, struct channel_slot *slot,
                                                const void *data, struct message *into)
{
    into->call = slot->call;
    into->bits = 0;
    into->size = slot->size;
    into->priority = slot->priority;
    into->reply.value = 0;
    copy(into->data, data, slot->size);
    if (slot->caller) {
        channel->calls += 1 << REPLY_INDEX_BITS;
        slot->reply = channel->calls | (uint64_t)(slot - channel->slots);
        into->reply.value = slot->reply;
    }
}

/* Receives into the waiter's message. ERR_WOULD_BLOCK if there is nothing, ERR_LIMIT. */
static enum status take(struct channel *channel, struct channel_waiter *waiter)
{
    struct message *into = waiter->into;
    if (channel->notified) {
        into->call = MESSAGE_NOTIFICATION;
        into->bits = channel->notified;
        into->size = 0;
        into->capability_count = 0;
        into->reply.value = 0;
        channel->notified = 0;
        return OK;
    }
    struct channel_slot *slot = queue_first(channel);
    if (!slot)
        return ERR_WOULD_BLOCK;
    if (waiter->holder->room < slot->capability_count)
        return ERR_LIMIT;
    queue_remove(channel, slot);
    read_slot(channel, slot, slot_data(channel, slot), into);
    take_all(slot->sender, slot->capabilities, slot->capability_count, waiter->holder, into);
    if (!slot->caller) {
        release(channel, slot);
        admit(channel);
    }
    return OK;
}

/* Gives a waiting receiver what there is for it now. */
static void deliver(struct channel *channel)
{
    struct channel_waiter *receiver = channel->receiver;
    if (!receiver) {
        tell(channel->receivable);
        return;
    }
    enum status status = take(channel, receiver);
    if (status != ERR_WOULD_BLOCK) {
        channel->receiver = NULL;
        finish(receiver, status);
    }
}

/* Gives a message without capabilities to the receiver, who waits: nothing is before it, so that it
 * need not be queued, and its data goes straight from the sender's memory into the receiver's. */
static void pass(struct channel *channel, struct channel_waiter *sender)
{
    struct channel_waiter *receiver = channel->receiver;
    struct channel_slot *slot = fill_slot(channel, sender);
    read_slot(channel, slot, sender->message->data, receiver->into);
    receiver->into->capability_count = 0;
    if (!slot->caller)
        release(channel, slot);
    channel->receiver = NULL;
    finish(receiver, OK);
}

/* A slot is free again: for senders in line, whose messages may be what the receiver waits for. */
static void vacate(struct channel *channel, struct channel_slot *slot)
{
    release(channel, slot);
    if (channel->senders) {
        admit(channel);
        deliver(channel);
    }
}

/* --- the calls */

void channel_init(struct channel *channel, const struct channel_parameters *parameters)
{
    *channel = (struct channel){
        .name = parameters->name,
        .slots = parameters->slots,
        .data = parameters->data,
        .capacity = parameters->capacity,
        .data_size = parameters->data_size,
    };
    for (unsigned i = channel->capacity; i-- > 0;)
        release(channel, &channel->slots[i]);
}

void channel_open(struct channel *channel)
{
    channel->closed = false;
}

static void close_slot(struct channel *channel, struct channel_slot *slot)
{
    if (slot->caller)
        finish(slot->caller, ERR_CLOSED);
    release(channel, slot);
}

void channel_close(struct channel *channel)
{
    bool enabled = lock_acquire(&lock);
    channel->closed = true;
    channel->notified = 0;
    if (channel->receiver)
        finish(channel->receiver, ERR_CLOSED);
    channel->receiver = NULL;
    tell(channel->receivable);
    tell(channel->sendable);
    for (; channel->senders; channel->senders = channel->senders->next)
        finish(channel->senders, ERR_CLOSED);
    for (struct channel_slot *slot; (slot = queue_first(channel));) {
        queue_remove(channel, slot);
        return_all(slot->sender, slot->capabilities, slot->capability_count);
        close_slot(channel, slot);
    }
    for (unsigned i = 0; i < channel->capacity; i++)
        if (channel->slots[i].reply)
            close_slot(channel, &channel->slots[i]);
    lock_release(&lock, enabled);
}

/* In line: it would only pass on what it is given. */
__attribute__((always_inline)) static inline enum status find(struct capability_holder *holder,
                                                              struct capability capability,
                                                              unsigned rights,
                                                              struct channel **channel)
{
    void *referent;
    enum status status = capability_look_up(holder, capability, &channel_type, rights, &referent);
    if (!status)
        *channel = referent;
    return status;
}

static bool can_carry(const struct channel *channel, const struct message *message)
{
    return message->call != MESSAGE_NOTIFICATION && message->size <= channel->data_size &&
           message->priority < CHANNEL_PRIORITIES &&
           message->capability_count <= MESSAGE_CAPABILITIES;
}

/* Takes back who waits to receive, what waits in line, or the call. */
static void withdraw(struct channel *channel, struct channel_waiter *waiter)
{
    struct channel_slot *slot = waiter->slot;
    if (!waiter->message) {
        channel->receiver = NULL;
        return;
    }
    if (!slot) {
        leave_line(channel, waiter);
        return;
    }
    if (!slot->reply) {
        queue_remove(channel, slot);
        return_all(slot->sender, slot->capabilities, slot->capability_count);
    }
    vacate(channel, slot);
}

/* Waits again for what task_wait_begin was woken from too early, or else gives up. */
__attribute__((noinline)) static enum status wait_on(struct channel_waiter *waiter,
                                                     uint64_t deadline)
{
    enum status status = waiter->task->park_status;
    if (!status) {
        task_waste();
        status = wait(waiter, deadline);
    }
    if (!waiter->done)
        withdraw(waiter->channel, waiter);
    return status;
}

static enum status submit(struct channel *channel, struct channel_waiter *waiter, uint64_t deadline)
{
    enum status status = OK;
    if (!can_carry(channel, waiter->message))
        return ERR_INVALID;
    if (channel->closed)
        return ERR_CLOSED;
    if (!channel->free) {
        if (deadline == 0)
            return ERR_WOULD_BLOCK;
        line_up(channel, waiter);
        waiter->waits = true;
        return OK;
    }
    if (channel->receiver && !waiter->message->capability_count)
        pass(channel, waiter);
    else if (!(status = enqueue(channel, waiter)))
        deliver(channel);
    waiter->waits = !status && waiter->into;
    return status;
}

static enum status receive(struct channel *channel, struct channel_waiter *waiter,
                           uint64_t deadline)
{
    if (waiter->into->room < channel->data_size)
        return ERR_INVALID;
    if (channel->closed)
        return ERR_CLOSED;
    if (channel->receiver)
        return ERR_BUSY;
    enum status status = take(channel, waiter);
    if (status != ERR_WOULD_BLOCK || deadline == 0)
        return status;
    channel->receiver = waiter;
    waiter->waits = true;
    return OK;
}

/* What a call or receive does before it waits. With the lock held. */
__attribute__((always_inline)) static inline enum status
attempt(struct channel_waiter *waiter, struct capability_holder *holder,
        struct capability capability, const struct message *message, uint64_t deadline,
        struct channel **channel)
{
    enum status status =
        find(holder, capability, message ? CAPABILITY_WRITE : CAPABILITY_READ, channel);
    if (!status && message)
        status = submit(*channel, waiter, deadline);
    else if (!status)
        status = receive(*channel, waiter, deadline);
    return status;
}

/* Receives where there is no message. One function for both: where one task's call is another's
 * message, what each returns through is then the same, as a large CPU has predicted it. */
enum status channel_call(struct capability_holder *holder, struct capability capability,
                         const struct message *message, struct message *into, uint64_t deadline)
{
    struct channel *channel = NULL;
    struct channel_waiter waiter;
    begin(&waiter, holder, message, into);
    bool enabled = lock_acquire(&lock);
    enum status status = attempt(&waiter, holder, capability, message, deadline, &channel);
    if (waiter.waits) {
        status = wait(&waiter, deadline);
        if (!waiter.done)
            withdraw(channel, &waiter);
    }
    lock_release(&lock, enabled);
    return status;
}

enum status channel_send(struct capability_holder *holder, struct capability capability,
                         const struct message *message, uint64_t deadline)
{
    return channel_call(holder, capability, message, NULL, deadline);
}

enum status channel_receive(struct capability_holder *holder, struct capability capability,
                            struct message *message, uint64_t deadline)
{
    return channel_call(holder, capability, NULL, message, deadline);
}

struct arch_context *channel_begin(struct channel_waiter *waiter, struct capability_holder *holder,
                                   struct capability capability, const struct message *message,
                                   struct message *into, uint64_t deadline)
{
    if (!ARCH_SWITCHES_IN_LINE) /* not called: what it would call has one caller less */
        return NULL;
    begin(waiter, holder, message, into);
    waiter->enabled = lock_acquire(&lock);
    enum status status = attempt(waiter, holder, capability, message, deadline, &waiter->channel);
    if (waiter->waits)
        return task_wait_begin(&lock, deadline);
    waiter->status = status;
    waiter->done = true;
    lock_leave(&lock);
    return NULL;
}

enum status channel_end(struct channel_waiter *waiter, uint64_t deadline)
{
    if (!ARCH_SWITCHES_IN_LINE)
        return ERR_INVALID;
    lock_nest(&lock);
    enum status status = waiter->done ? waiter->status : wait_on(waiter, deadline);
    lock_release(&lock, waiter->enabled);
    return status;
}

/* Moves the answer's capabilities into the caller's table. Fails with nothing moved. */
__attribute__((noinline)) static enum status grant_all(struct capability_holder *holder,
                                                       const struct message *answer,
                                                       struct channel_waiter *caller)
{
    unsigned count = answer->capability_count;
    enum status status = lend_all(holder, answer);
    if (status)
        return status;
    if (caller->holder->room < count) {
        return_all(holder, answer->capabilities, count);
        return ERR_LIMIT;
    }
    take_all(holder, answer->capabilities, count, caller->holder, caller->into);
    return OK;
}

/* Moves the answer into the caller's memory and table. Fails with nothing moved. */
static enum status hand_over(struct capability_holder *holder, const struct message *answer,
                             struct channel_waiter *caller)
{
    struct message *into = caller->into;
    unsigned count = answer->capability_count;
    if (answer->size > into->room || count > MESSAGE_CAPABILITIES)
        return ERR_INVALID;
    into->capability_count = 0;
    enum status status = count ? grant_all(holder, answer, caller) : OK;
    if (!status) {
        into->size = answer->size;
        copy(into->data, answer->data, answer->size);
    }
    return status;
}

/* The slot of the call that `reply` answers; NULL if nobody waits for it. */
static struct channel_slot *called(struct channel *channel, struct reply reply)
{
    unsigned index = reply.value & ((1U << REPLY_INDEX_BITS) - 1);
    if (index >= channel->capacity || !reply.value || channel->slots[index].reply != reply.value)
        return NULL;
    return &channel->slots[index];
}

enum status channel_reply(struct capability_holder *holder, struct capability capability,
                          struct reply reply, enum status result, const struct message *answer)
{
    static const struct message empty;
    struct channel *channel = NULL;
    struct channel_slot *slot = NULL;
    bool enabled = lock_acquire(&lock);
    enum status status = find(holder, capability, CAPABILITY_READ, &channel);
    if (!status) {
        slot = called(channel, reply);
        status = slot ? hand_over(holder, answer ? answer : &empty, slot->caller) : ERR_NOT_FOUND;
    }
    if (!status) {
        finish(slot->caller, result);
        vacate(channel, slot);
    }
    lock_release(&lock, enabled);
    return status;
}

void channel_notify(struct channel *channel, uint32_t bits)
{
    bool enabled = lock_acquire(&lock);
    if (!channel->closed) {
        channel->notified |= bits;
        deliver(channel);
    }
    lock_release(&lock, enabled);
}

static enum status peek(const struct channel *channel, uint32_t *call)
{
    const struct channel_slot *slot = queue_first(channel);
    if (channel->closed)
        return ERR_CLOSED;
    if (!channel->notified && !slot)
        return ERR_WOULD_BLOCK;
    *call = channel->notified ? MESSAGE_NOTIFICATION : slot->call;
    return OK;
}

enum status channel_peek(struct capability_holder *holder, struct capability capability,
                         uint32_t *call)
{
    struct channel *channel;
    bool enabled = lock_acquire(&lock);
    enum status status = find(holder, capability, CAPABILITY_READ, &channel);
    if (!status)
        status = peek(channel, call);
    lock_release(&lock, enabled);
    return status;
}

enum status channel_listen(struct capability_holder *holder, struct capability capability,
                           enum capability_rights right, struct event *event)
{
    struct channel *channel;
    bool enabled = lock_acquire(&lock);
    enum status status = find(holder, capability, right, &channel);
    if (!status)
        *(right == CAPABILITY_READ ? &channel->receivable : &channel->sendable) = event;
    lock_release(&lock, enabled);
    return status;
}

void channel_unlisten(struct channel *channel,
                      bool (*belongs)(const void *address, const void *owner), const void *owner)
{
    bool enabled = lock_acquire(&lock);
    if (belongs(channel->receivable, owner))
        channel->receivable = NULL;
    if (belongs(channel->sendable, owner))
        channel->sendable = NULL;
    lock_release(&lock, enabled);
}

unsigned channel_count(const struct channel *channel)
{
    return channel->queued;
}
