/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "watchdog": a device that interrupts or resets the board unless it is fed in time. The
 * kernel feeds it while the scheduler of core 0 gets on: a task that runs for ever, a handler that
 * does, and a loop with interrupts masked all end in a report where the device can still interrupt
 * (cmsdk-watchdog, host-watchdog, arm-timer-watchdog), and in a reset.
 *
 * A board without such a device is watched by its timer's interrupt only. It catches a task that
 * runs for ever with interrupts enabled (with PREEMPTION the task is preempted, without it that is
 * a panic), and neither a loop with interrupts masked nor a handler that does not return.
 *
 * Core 0 sees whether the others get on, and asks nothing of those that sleep: one that does not,
 * in whatever it may be, is a panic. It is interrupted in spite of its mask and reports where it
 * is (sim, GICv3 that is ours, Raspberry Pi 3, PC); where it can't be, core 0 reports it alone.
 */
#ifndef KERNEL_WATCHDOG_H
#define KERNEL_WATCHDOG_H

#include <kernel/device.h>
#include <stdbool.h>

struct watchdog_operations {
    /* Starts it: from now on it acts when it is not fed for `timeout` ns, or the least longer time
     * that it can count. ERR_INVALID if it can't count that far, ERR_NOT_FOUND if there turns out
     * to be none, as in an emulator, ERR_UNSUPPORTED if it can't reset the board. Boot context. */
    enum status (*start)(const struct device *device, uint64_t timeout);
    /* Begins the time anew. Any context. */
    void (*feed)(const struct device *device);
};

/* Typed access; `device` is of class "watchdog". */
static inline const struct watchdog_operations *watchdog_device(const struct device *device)
{
    return device->driver->operations;
}

/* Starts the board's watchdog with CONFIG_WATCHDOG seconds. Where there is none the timer's
 * interrupt watches the tasks, unless they are preempted anyway. Boot context, devices up. */
void watchdog_start(void);

/* Whether this core is watched: core 0 by a device, the others by core 0. Any context. */
bool watchdog_is_running(void);

#endif
