/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Events: a remembered signal and at most one parked task.
 */
#include <kernel/event.h>

#include <kernel/arch.h>
#include <kernel/task.h>

void event_signal(struct event *event)
{
    bool enabled = arch_interrupts_disable();
    event->signalled = true;
    if (event->waiter)
        task_wake(event->waiter, OK);
    arch_interrupts_restore(enabled);
}

enum status event_wait(struct event *event, uint64_t deadline)
{
    enum status status = OK;
    bool enabled = arch_interrupts_disable();
    if (event->waiter) {
        status = ERR_BUSY;
    } else {
        if (!event->signalled) {
            event->waiter = task_current();
            status = task_park(deadline);
            event->waiter = NULL;
        }
        if (event->signalled && status != ERR_CANCELLED) {
            event->signalled = false;
            status = OK;
        }
    }
    arch_interrupts_restore(enabled);
    return status;
}
