/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Time and deadlines. Armed alarms stand in a list, the next deadline first and equal ones in the
 * order of arming; the timer device is programmed for the head only, and only when the head
 * changes. Invariant: with interrupts masked, the programmed deadline is the head's, or
 * CLOCK_NEVER.
 */
#include <kernel/clock.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/task.h>

static struct alarm *alarms;

static bool timer_is_up(void)
{
    return board.timer && device_is_up(board.timer);
}

static void program_timer(void)
{
    if (timer_is_up())
        timer_device(board.timer)
            ->set_deadline(board.timer, alarms ? alarms->deadline : CLOCK_NEVER);
}

uint64_t clock_now(void)
{
    return timer_is_up() ? timer_device(board.timer)->now(board.timer) : 0;
}

void clock_arm(struct alarm *alarm, struct task *task, uint64_t deadline)
{
    bool enabled = arch_interrupts_disable();
    struct alarm **link = &alarms;
    while (*link && (*link)->deadline <= deadline)
        link = &(*link)->next;
    *alarm = (struct alarm){.deadline = deadline, .next = *link, .task = task, .armed = true};
    *link = alarm;
    if (alarms == alarm)
        program_timer();
    arch_interrupts_restore(enabled);
}

void clock_disarm(struct alarm *alarm)
{
    bool enabled = arch_interrupts_disable();
    if (alarm->armed) {
        struct alarm **link = &alarms;
        while (*link != alarm)
            link = &(*link)->next;
        *link = alarm->next;
        alarm->armed = false;
        if (link == &alarms)
            program_timer();
    }
    arch_interrupts_restore(enabled);
}

void clock_interrupt(void)
{
    bool enabled = arch_interrupts_disable();
    uint64_t now = clock_now();
    while (alarms && alarms->deadline <= now) {
        struct alarm *due = alarms;
        alarms = due->next;
        due->armed = false;
        task_wake(due->task, ERR_TIMEOUT);
    }
    program_timer();
    arch_interrupts_restore(enabled);
}
