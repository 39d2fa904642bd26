/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c kernel/channel.c kernel/capability.c
// link: tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S
// board: sim
/*
 * Tasks without RUN_TIME: no switch reads the timer, and who runs too long is found all the same,
 * within two limits.
 */
#include <kernel/board.h>
#undef CONFIG_RUN_TIME
#define CONFIG_RUN_TIME 0
#undef CONFIG_HARMONY
#define CONFIG_HARMONY 0

#include "kernel_fake.h"

#include <kernel/task_schedule.c>
#define here watch_here /* both files have one */
#include <kernel/harmony.c>
#undef here

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum {
    TASKS = 4,
    STACK = 64 * 1024,
    GUARD = 4096,
    MILLISECOND = 1000000,
    LIMIT = 10 * MILLISECOND
};

static const uint64_t END = UINT64_C(1000) * MILLISECOND;

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

static void hog(void *argument)
{
    (void)argument;
    compute(UINT64_MAX);
}

static uint64_t longest_delay;

/* Wakes at its times and does a little. */
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

static void a_hog_delays_others_by_two_limits(void **state)
{
    (void)state;
    longest_delay = 0;
    struct task *parasite = spawn("hog", 0, hog, NULL);
    struct task *other = spawn("other", 9, victim, (void *)(uintptr_t)(3 * MILLISECOND));
    run_to_the_end();
    assert_in_range(longest_delay, LIMIT / 2, 2 * LIMIT);
    assert_in_range(parasite->harmony.overruns, END / (3 * LIMIT), END / LIMIT);
    assert_int_equal(parasite->counts.preempted, parasite->harmony.overruns);
    assert_int_equal(other->harmony.overruns, 0);
    assert_false(harmony_is_parasite(parasite));
    log_flush_polled();
    assert_non_null(
        strstr(fake_output, "hog: warning: ran for at least 10000 us without yielding"));
    assert_null(strstr(fake_output, "is a parasite"));
}

/* Runs of less than a limit, one after the other. */
static void yields(void *argument)
{
    (void)argument;
    for (;;) {
        compute(LIMIT - MILLISECOND);
        task_yield();
    }
}

static void who_yields_in_time_is_never_preempted(void **state)
{
    (void)state;
    struct task *task = spawn("yields", 3, yields, NULL);
    run_to_the_end();
    assert_in_range(task->counts.yields, END / LIMIT, END / (LIMIT - MILLISECOND));
    assert_int_equal(task->harmony.overruns, 0);
}

static void ends_children(void *argument)
{
    (void)argument;
    spawn("hog", 9, hog, NULL);
    task_sleep_until(LIMIT / 2);
    assert_int_equal(task_end_children(fake.now + 5 * LIMIT, true), OK);
}

static void a_hog_can_be_ended(void **state)
{
    (void)state;
    struct task *parent = spawn("parent", 3, ends_children, NULL);
    run_to_the_end();
    assert_int_equal(parent->state, TASK_EXITED);
    assert_int_equal(tasks[1].exit_status, ERR_CANCELLED);
    assert_true(fake.now < END);
}

static void does_little(void *argument)
{
    uintptr_t *run = argument;
    *run = task_current()->run;
    fake.now += MILLISECOND;
}

/* The watchdog tells by it whether the core gets on. */
static void a_new_life_is_another_run(void **state)
{
    (void)state;
    uintptr_t first, second;
    spawn("one", 3, does_little, &first);
    run_to_the_end();
    spawned = 0;
    spawn("one", 3, does_little, &second);
    run_to_the_end();
    assert_int_not_equal(first, second);
}

static void runs_are_counted_but_not_measured(void **state)
{
    (void)state;
    struct task *task = spawn("yields", 3, yields, NULL);
    run_to_the_end();
    struct task_usage usage = task_usage(task);
    assert_int_equal(usage.running, 0);
    assert_int_equal(usage.longest, 0);
    assert_int_equal(usage.yields, task->counts.yields);
    assert_true(usage.runs > END / LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_hog_delays_others_by_two_limits, setup),
        cmocka_unit_test_setup(who_yields_in_time_is_never_preempted, setup),
        cmocka_unit_test_setup(a_hog_can_be_ended, setup),
        cmocka_unit_test_setup(a_new_life_is_another_run, setup),
        cmocka_unit_test_setup(runs_are_counted_but_not_measured, setup),
    };
    return cmocka_run_group_tests_name("unmeasured", tests, NULL, NULL);
}
