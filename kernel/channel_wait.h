/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls and receives with the switch to the other task in line. A CPU predicts that a function
 * returns to who called one last; after a switch that was the other task, so that the function in
 * which a task waits returns mispredicted. Here both halves of a wait have returned when the switch
 * comes. For who calls or receives all the time: it takes more code than channel.h's.
 */
#ifndef KERNEL_CHANNEL_WAIT_H
#define KERNEL_CHANNEL_WAIT_H

#include <kernel/channel.h>
#include <kernel/task.h>

/* What a task waits with, on its stack; all fields are channel.c's. `done` is set by who ends the
 * wait, `status` with it. */
struct channel_waiter {
    struct task *task;
    struct capability_holder *holder;
    struct channel *channel;
    const struct message *message; /* to send */
    struct message *into;          /* to receive, or the answer; NULL for a plain send */
    struct channel_slot *slot;     /* of a call, once it has one */
    struct channel_waiter *next;   /* in the line of senders */
    enum status status;
    bool waits; /* it is where somebody will be done with it */
    bool done;
    bool enabled; /* interrupts were */
};

/* channel_call, or channel_receive if there is no message, up to the wait: masks interrupts, and
 * returns what to switch to before channel_end, or NULL if there is nothing to wait for. Task
 * context. */
struct arch_context *channel_begin(struct channel_waiter *waiter, struct capability_holder *holder,
                                   struct capability channel, const struct message *message,
                                   struct message *into, uint64_t deadline);

/* The rest of it. */
enum status channel_end(struct channel_waiter *waiter, uint64_t deadline);

/* channel_call, or channel_receive if `message` is NULL. Task context. */
__attribute__((always_inline)) static inline enum status
channel_wait(struct capability_holder *holder, struct capability channel,
             const struct message *message, struct message *into, uint64_t deadline)
{
    if (!ARCH_SWITCHES_IN_LINE)
        return message ? channel_call(holder, channel, message, into, deadline)
                       : channel_receive(holder, channel, into, deadline);
    struct channel_waiter waiter;
    struct arch_context *next = channel_begin(&waiter, holder, channel, message, into, deadline);
    if (next)
        task_switch_in_line(waiter.task, next);
    return channel_end(&waiter, deadline);
}

#endif
