/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Events: a remembered signal and at most one parked task.
 */
#include <kernel/event.h>

#include <kernel/task.h>

void event_signal(struct event *event)
{
    bool enabled = lock_acquire(&event->lock);
    event->signalled = true;
    if (event->waiter)
        task_wake_masked(event->waiter, OK);
    lock_release(&event->lock, enabled);
}

enum status event_wait(struct event *event, uint64_t deadline)
{
    enum status status = OK;
    bool enabled = lock_acquire(&event->lock);
    if (event->waiter) {
        status = ERR_BUSY;
    } else {
        event->waiter = task_current();
        while (!event->signalled && !status) {
            status = task_wait(&event->lock, deadline);
            if (!event->signalled && !status)
                task_waste();
        }
        event->waiter = NULL;
        if (event->signalled && status != ERR_CANCELLED) {
            event->signalled = false;
            status = OK;
        }
    }
    lock_release(&event->lock, enabled);
    return status;
}
