/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Time: nanoseconds since the image's entry point, monotonic, and the class that a timer's driver
 * provides. There is no tick: the timer is one-shot and programmed for the next deadline only.
 */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <kernel/board.h>
#include <kernel/device.h>
#include <stdbool.h>
#include <stdint.h>

#define NANOSECONDS_PER_SECOND UINT64_C(1000000000)
#define CLOCK_NEVER            UINT64_MAX /* as a deadline: none */

struct timer_operations {
    /* Nanoseconds since the image's entry (the architecture's start code notes the counter, or
     * starts it). Never goes back. Any context, interrupts masked or not. */
    uint64_t (*now)(const struct device *timer);
    /* The counter behind now() as it is, going up; it wraps where its type does. Interrupts masked.
     */
    uintptr_t (*ticks)(const struct device *timer);
    /* Nanoseconds that so many of its ticks take, rounded down. Any context. */
    uint64_t (*length)(const struct device *timer, uint64_t ticks);
    /* Asks for one interrupt of this core at `deadline` (ns, on now()'s scale), or at once if it is
     * past; replaces the one asked for before; CLOCK_NEVER for none. A timer that cannot reach that
     * far interrupts early, which the kernel takes as a reason to look again. Interrupts masked. */
    void (*set_deadline)(const struct device *timer, uint64_t deadline);
};

/* Typed access; `device` is of class "timer". A timer's driver->interrupt quiets the timer and
 * calls clock_interrupt(). */
static inline const struct timer_operations *timer_device(const struct device *device)
{
    return device->driver->operations;
}

/* A deadline that something is to happen at. Embedded in its owner, zeroed at first; all fields are
 * clock.c's. It is of the core that arms it, which alone may disarm it. */
struct alarm {
    uint64_t deadline;
    struct alarm *left, *right, *parent; /* in the heap of armed alarms */
    void (*expire)(struct alarm *alarm);
    uint32_t order; /* of arming: which of two with the same deadline expires first */
    uint8_t rank; /* nodes from here to the nearest missing child, at most log2(armed alarms) + 1 */
    bool armed;
};

/* Calls expire(alarm) once `deadline` (ns since entry) has come, from the timer's interrupt with
 * interrupts masked; it may arm the alarm again. The alarm is borrowed until then or until
 * clock_disarm. It must not be armed. Takes time in O(log n) of n armed ones, and so does what
 * follows. Any context. */
void clock_arm(struct alarm *alarm, void (*expire)(struct alarm *alarm), uint64_t deadline);

/* Takes the alarm back; nothing if it isn't armed. Any context. */
void clock_disarm(struct alarm *alarm);

/* Takes back every alarm of this core that `belongs` says true of, whose owner ends. Takes time for
 * each armed one. Any context. */
void clock_disarm_all(bool (*belongs)(const void *address, const void *owner), const void *owner);

/* Nanoseconds since entry; 0 before the timer device is up. Any context. */
uint64_t clock_now(void);

/* The timer's counter, in ticks of its own: for stretches of time that are measured often, as this
 * costs much less than clock_now. Their difference is right for stretches that a word of ticks
 * holds. Scheduler only, interrupts masked. */
__attribute__((always_inline)) static inline uintptr_t clock_ticks(void)
{
    return board.timer ? timer_device(board.timer)->ticks(board.timer) : 0;
}

/* Nanoseconds that so many ticks take; 0 before the timer device is up. Any context. */
uint64_t clock_length(uint64_t ticks);

/* The timer's driver calls this from its interrupt: wakes what is due, programs the next deadline.
 */
void clock_interrupt(void);

#endif
