/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Event: the one thing an interrupt may do to a task. It remembers one signal, so a signal that
 * comes before the wait is not lost; several before it count as one, so a waiter looks at its data
 * again. One task waits at a time.
 */
#ifndef KERNEL_EVENT_H
#define KERNEL_EVENT_H

#include <kernel/lock.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stdint.h>

struct task;

struct event {
    struct lock lock;
    bool signalled;
    struct task *waiter; /* parked here, or NULL */
};

/* Signals the event and makes its waiter runnable. Any context, interrupts masked or not. */
void event_signal(struct event *event);

/* Takes the signal, parking the running task until it comes or until `deadline` (ns since entry;
 * CLOCK_NEVER for no limit). ERR_TIMEOUT when the deadline came first; ERR_CANCELLED when
 * task_cancel did, which leaves the signal; ERR_BUSY when another task waits already. Task context.
 */
enum status event_wait(struct event *event, uint64_t deadline);

#endif
