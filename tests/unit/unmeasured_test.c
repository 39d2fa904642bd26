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

#include "work_fixture.h"

static void a_hog_delays_others_by_two_limits(void **state)
{
    (void)state;
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
