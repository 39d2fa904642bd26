/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The load: a parasite that gives the processor up once in 300 ms only, and three victims of its
 * own priority that wake every 5, 20 and 50 ms for half a millisecond of work. Printed: how late
 * the victims run, and the parasite's part of each second. The limit of a run is 10 ms.
 */
#include "kernel_fake.h"

#include <kernel/clock.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TASKS = 4,
    STACK = 64 * 1024,
    GUARD = 4096,
    MILLISECOND = 1000000,
    SECONDS = 10,
    BUCKETS = 9,
};

static const uint64_t SECOND = UINT64_C(1000) * MILLISECOND;
static const unsigned bounds[BUCKETS] = {1, 2, 5, 10, 20, 50, 100, 300, 1000}; /* ms */

static struct task tasks[TASKS];
static uint8_t stacks[TASKS][STACK] __attribute__((aligned(4096)));
static bool harmony;
static jmp_buf ended;
static unsigned histogram[BUCKETS + 1];
static uint64_t longest;
static uint64_t parasite_time[SECONDS]; /* ns in each second */

static void compute(uint64_t time, uint64_t *spent)
{
    while (time) {
        if (fake.now >= SECONDS * SECOND)
            task_sleep_until(CLOCK_NEVER - 1);
        uint64_t left = fake.deadline > fake.now ? fake.deadline - fake.now : 0;
        uint64_t step = time < left ? time : left;
        if (spent && fake.now < SECONDS * SECOND)
            spent[fake.now / SECOND] += step;
        fake.now += step;
        time -= step;
        if (fake.now < fake.deadline)
            continue;
        fake.in_interrupt = true;
        clock_interrupt();
        fake.in_interrupt = false;
        if (harmony && task_preemption_is_due())
            task_preempt();
    }
}

static void parasite(void *argument)
{
    (void)argument;
    for (;;) {
        compute(300 * MILLISECOND, parasite_time);
        task_yield();
    }
}

static void victim(void *argument)
{
    uint64_t period = (uint64_t)(uintptr_t)argument * MILLISECOND;
    for (uint64_t due = period;; due = fake.now / period * period + period) {
        task_sleep_until(due);
        uint64_t delay = fake.now - due;
        unsigned bucket = 0;
        while (bucket < BUCKETS && delay > (uint64_t)bounds[bucket] * MILLISECOND)
            bucket++;
        histogram[bucket]++;
        longest = delay > longest ? delay : longest;
        compute(MILLISECOND / 2, NULL);
    }
}

static void sleep_to_deadline(void)
{
    if (fake.deadline >= SECONDS * SECOND)
        longjmp(ended, 1);
    fake.now = fake.deadline > fake.now ? fake.deadline : fake.now;
    fake.in_interrupt = true;
    clock_interrupt();
    fake.in_interrupt = false;
}

static void spawn(unsigned i, void (*entry)(void *), uintptr_t argument)
{
    const struct task_parameters parameters = {
        .name = i ? "victim" : "parasite",
        .stack = {.base = stacks[i], .size = STACK, .guard = GUARD},
        .priority = 8,
        .limit = 10 * MILLISECOND,
        .entry = entry,
        .argument = (void *)argument,
    };
    if (task_spawn(&tasks[i], &parameters) != OK)
        abort();
}

static void print(void)
{
    printf("%-8s victims' delays:", harmony ? "harmony" : "plain");
    for (unsigned i = 0; i < BUCKETS; i++)
        printf("  <=%u ms %u", bounds[i], histogram[i]);
    printf(", longest %.1f ms\n         parasite's part of each second:", (double)longest / 1e6);
    for (unsigned i = 0; i < SECONDS; i++)
        printf(" %3.0f %%", (double)parasite_time[i] * 100 / (double)SECOND);
    printf("\n");
}

int main(int count, char **values)
{
    harmony = count > 1 && strcmp(values[1], "harmony") == 0;
    fake_reset();
    fake.idle = sleep_to_deadline;
    spawn(0, parasite, 0);
    spawn(1, victim, 5);
    spawn(2, victim, 20);
    spawn(3, victim, 50);
    if (setjmp(ended) == 0)
        task_run();
    print();
    return harmony && longest > 12 * MILLISECOND;
}
