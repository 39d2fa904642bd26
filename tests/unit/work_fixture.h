/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks in a time that their own work moves on, with a timer that interrupts and preempts them: for
 * tests of who is found running too long. The run ends at END.
 */
#ifndef WORK_FIXTURE_H
#define WORK_FIXTURE_H

#include "kernel_fake.h"

#include <kernel/clock.h>
#include <kernel/harmony.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    TASKS = 6,
    STACK = 64 * 1024,
    GUARD = 4096,
    MILLISECOND = 1000000,
    LIMIT = 10 * MILLISECOND, /* of a run */
};

static const uint64_t END = UINT64_C(10000) * MILLISECOND;

static struct task tasks[TASKS];
static uint8_t stacks[TASKS][STACK] __attribute__((aligned(4096)));
static unsigned spawned;
static jmp_buf ended;

/* The timer's interrupt, and what an architecture does at its end. */
static void interrupt(void)
{
    fake.in_interrupt = true;
    clock_interrupt();
    fake.in_interrupt = false;
    if (task_preemption_is_due() && task_current()) {
        fake.interrupts_enabled = false;
        task_preempt();
        fake.interrupts_enabled = true;
    }
}

/* The running task computes for `time` ns, and is interrupted and preempted meanwhile. */
static void compute(uint64_t time)
{
    while (time) {
        if (fake.now >= END)
            task_sleep_until(CLOCK_NEVER - 1);
        uint64_t left = fake.deadline > fake.now ? fake.deadline - fake.now : 0;
        uint64_t step = time < left ? time : left;
        fake.now += step;
        time -= step;
        if (fake.now >= fake.deadline)
            interrupt();
    }
}

/* Never yields. */
static void hog(void *argument)
{
    (void)argument;
    compute(UINT64_MAX);
}

static uint64_t longest_delay; /* of a victim's waking, ns */

/* Wakes at each multiple of its argument, in ns, and does a little. */
static void victim(void *argument)
{
    uint64_t period = (uint64_t)(uintptr_t)argument;
    for (uint64_t due = period;; due = fake.now / period * period + period) {
        task_sleep_until(due);
        uint64_t delay = fake.now - due;
        longest_delay = delay > longest_delay ? delay : longest_delay;
        compute(MILLISECOND / 2);
    }
}

static void sleep_to_deadline(void)
{
    if (fake.deadline == CLOCK_NEVER || fake.deadline >= END)
        longjmp(ended, 1);
    fake.now = fake.deadline > fake.now ? fake.deadline : fake.now;
    fake.in_interrupt = true;
    clock_interrupt();
    fake.in_interrupt = false;
}

static bool is_any(const void *address, const void *owner)
{
    (void)address;
    (void)owner;
    return true;
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.idle = sleep_to_deadline;
    clock_disarm_all(is_any, NULL);
    for (unsigned i = 0; i < spawned; i++)
        tasks[i] = (struct task){.next = tasks[i].next, .state = TASK_EXITED};
    spawned = 0;
    longest_delay = 0;
    return 0;
}

static struct task *spawn(const char *name, uint8_t priority, void (*entry)(void *), void *argument)
{
    unsigned i = spawned++;
    const struct task_parameters parameters = {
        .name = name,
        .stack = {.base = stacks[i], .size = STACK, .guard = GUARD},
        .priority = priority,
        .limit = LIMIT,
        .entry = entry,
        .argument = argument,
    };
    assert_int_equal(task_spawn(&tasks[i], &parameters), OK);
    return &tasks[i];
}

static void run_to_the_end(void)
{
    if (setjmp(ended) == 0)
        task_run();
}

#endif
