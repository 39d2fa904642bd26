/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/harmony.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c
// link: kernel/device.c kernel/stack.c kernel/status.c kernel/channel.c kernel/capability.c
// link: tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S
/*
 * Scores by hand, and what becomes of a task that never yields: in a time that the tasks' own work
 * moves on, so that every delay is exact.
 */
#include "work_fixture.h"

#include <kernel/channel.h>
#include <kernel/log.h>
#include <stdlib.h>

enum { FLOOR = CONFIG_HARMONY_FLOOR * HARMONY_ONE / 100 };

/* --- scores */

static const struct harmony_sample good = {
    .running = 1000, .limit = 100, .given = 80, .woken = 80, .held = 0, .granted = 4096};

static unsigned score_with(struct harmony_sample sample)
{
    return harmony_score(&sample);
}

static void scores_are_weighed(void **state)
{
    (void)state;
    struct harmony_sample sample = good;
    assert_int_equal(score_with(sample), 1000);
    sample.overrun = 1000; /* 25 of 1025 is credit */
    assert_int_equal(score_with(sample), (7 * 24 + 2000 + 1000) / 10);
    sample = good;
    sample.wasted = 40;
    assert_int_equal(score_with(sample), (7000 + 2 * 750 + 1000) / 10);
    sample = good;
    sample.held = 1024;
    assert_int_equal(score_with(sample), (7000 + 2 * 875 + 1000) / 10);
    sample = good;
    sample.given = 8;
    assert_int_equal(score_with(sample), (7000 + 2000 + 100) / 10);
    sample = (struct harmony_sample){.running = 5000,
                                     .overrun = 5000,
                                     .limit = 100,
                                     .woken = 1,
                                     .wasted = 1,
                                     .held = 7,
                                     .granted = 7};
    assert_int_equal(score_with(sample), 2); /* its credit */
    assert_int_equal(score_with((struct harmony_sample){.limit = 100}), 1000);
}

static void large_numbers_keep_their_ratio(void **state)
{
    (void)state;
    struct harmony_sample sample = good;
    sample.held = UINT64_MAX / 2;
    sample.granted = UINT64_MAX;
    assert_int_equal(score_with(sample), (7000 + 2 * 750 + 1000) / 10);
}

static void shares_go_down_and_up_by_steps(void **state)
{
    (void)state;
    static const unsigned down[] = {1000, 500, 250, 125, 62, 50, 50};
    for (unsigned i = 1; i < sizeof(down) / sizeof(down[0]); i++)
        assert_int_equal(harmony_share(down[i - 1], 50, false), down[i]);
    static const unsigned up[] = {50, 100, 200, 400, 800, 1000, 1000};
    for (unsigned i = 1; i < sizeof(up) / sizeof(up[0]); i++)
        assert_int_equal(harmony_share(up[i - 1], 50, true), up[i]);
    assert_int_equal(harmony_pause(LIMIT, 1000), 0);
    assert_int_equal(harmony_pause(LIMIT, 500), LIMIT);
    assert_int_equal(harmony_pause(LIMIT, 50), 19 * LIMIT);
}

/* --- what becomes of tasks */

static void who_yields_in_time_is_never_preempted(void **state)
{
    (void)state;
    struct task *first = spawn("first", 3, victim, (void *)(uintptr_t)(3 * MILLISECOND));
    struct task *second = spawn("second", 9, victim, (void *)(uintptr_t)(7 * MILLISECOND));
    run_to_the_end();
    assert_int_equal(first->harmony.overruns, 0);
    assert_int_equal(second->harmony.overruns, 0);
    assert_in_range(harmony_of(first), 950, 1000);
    assert_in_range(harmony_of_all(), 950, 1000);
    assert_null(harmony_next_parasite(NULL, NULL));
}

static void a_hog_delays_others_by_its_limit_and_shrinks_to_the_floor(void **state)
{
    (void)state;
    struct task *parasite = spawn("parasite", 0, hog, NULL);
    spawn("first", 3, victim, (void *)(uintptr_t)(3 * MILLISECOND));
    spawn("second", 15, victim, (void *)(uintptr_t)(7 * MILLISECOND));
    run_to_the_end();
    assert_in_range(longest_delay, LIMIT / 2, LIMIT + MILLISECOND);
    assert_int_equal(parasite->harmony.share, FLOOR);
    uint64_t running = task_usage(parasite).running;
    assert_in_range(running * 100 / END, CONFIG_HARMONY_FLOOR, CONFIG_HARMONY_FLOOR + 1);
    assert_true(harmony_is_parasite(parasite));
    assert_in_range(harmony_of(parasite), 0, HARMONY_PARASITE - 1);
    assert_ptr_equal(harmony_next_parasite(NULL, NULL), parasite);
    assert_null(harmony_next_parasite(NULL, parasite));
    assert_string_equal(task_state_name(TASK_THROTTLED), "throttled");
    log_flush_polled();
    assert_non_null(strstr(fake_output, "parasite: warning: ran for 10000 us without yielding"));
    assert_non_null(strstr(fake_output, "#0 "));
    assert_non_null(strstr(fake_output, "parasite: warning: is a parasite"));
}

/* Computes too long three times, then as a task should. */
static void reforms(void *argument)
{
    (void)argument;
    compute(3 * LIMIT + LIMIT / 2);
    for (;;) {
        task_yield();
        compute(MILLISECOND);
    }
}

static void good_conduct_is_rewarded(void **state)
{
    (void)state;
    struct task *task = spawn("reforms", 5, reforms, NULL);
    run_to_the_end();
    assert_int_equal(task->harmony.overruns, 3);
    assert_int_equal(task->harmony.share, HARMONY_ONE);
    assert_false(harmony_is_parasite(task));
    assert_in_range(harmony_of(task), 990, 1000);
}

static bool other_ran, other_ran_first;

static void other(void *argument)
{
    (void)argument;
    other_ran = true;
}

static void overruns_once(void *argument)
{
    (void)argument;
    compute(LIMIT + LIMIT / 2);
    spawn("other", 9, other, NULL);
    task_yield();
    other_ran_first = other_ran;
}

static void who_was_preempted_yields_as_before(void **state)
{
    (void)state;
    other_ran = false;
    other_ran_first = true;
    struct task *task = spawn("once", 5, overruns_once, NULL);
    run_to_the_end();
    assert_int_equal(task->counts.preempted, 1);
    assert_int_equal(task->harmony.share, HARMONY_ONE);
    assert_true(other_ran);
    assert_false(other_ran_first);
}

static struct channel channel;
static struct channel_slot slot;
static uint32_t bits;
static struct task *found;

static void parent(void *argument)
{
    (void)argument;
    static struct capability_slot table[2];
    static struct capability_holder holder;
    struct capability receiving;
    struct message message = {0};
    const struct channel_parameters parameters = {.name = "told", .slots = &slot, .capacity = 1};
    channel_init(&channel, &parameters);
    capability_holder_init(&holder, table, 2);
    assert_int_equal(
        capability_create(&holder, &channel_type, &channel, CAPABILITY_READ, &receiving), OK);
    harmony_report(&channel, 4);
    spawn("child", 0, hog, NULL);
    assert_int_equal(channel_receive(&holder, receiving, &message, CLOCK_NEVER), OK);
    assert_int_equal(message.call, MESSAGE_NOTIFICATION);
    bits = message.bits;
    assert_int_equal(event_wait(&task_current()->children, CLOCK_NEVER), OK);
    found = harmony_next_parasite(task_current(), NULL);
    task_sleep_until(CLOCK_NEVER - 1);
}

static void the_parent_is_told(void **state)
{
    (void)state;
    bits = 0;
    found = NULL;
    spawn("parent", 8, parent, NULL);
    run_to_the_end();
    assert_int_equal(bits, 4);
    assert_ptr_equal(found, &tasks[1]);
}

static void sleeper(void *argument)
{
    (void)argument;
    for (;;)
        task_sleep_until(fake.now + 100 * MILLISECOND);
}

static void disturber(void *argument)
{
    for (;;) {
        task_sleep_until(fake.now + MILLISECOND);
        task_wake(argument, OK);
    }
}

static void wake_ups_in_vain_are_counted(void **state)
{
    (void)state;
    struct task *task = spawn("sleeper", 5, sleeper, NULL);
    spawn("disturber", 6, disturber, task);
    run_to_the_end();
    assert_in_range(task->harmony.wasted, 9000, 10000);
    assert_in_range(harmony_of(task), 890, 910); /* half of the efficiency is gone */
}

static void compute_for_ever(void *argument)
{
    (void)argument;
    for (;;)
        compute(MILLISECOND);
}

static void wait_for_ever(void *argument)
{
    (void)argument;
    for (;;) {
        task_sleep_until(CLOCK_NEVER - 1);
        compute(MILLISECOND / 1000);
    }
}

static void yield_for_ever(void *argument)
{
    (void)argument;
    for (;;) {
        compute(MILLISECOND);
        task_yield();
    }
}

static enum status by_request, by_force;

static void ending_parent(void *argument)
{
    (void)argument;
    spawn("hog", 5, compute_for_ever, NULL);
    spawn("hog of its own priority", 4, compute_for_ever, NULL);
    spawn("deaf", 5, wait_for_ever, NULL);
    spawn("busy", 6, yield_for_ever, NULL);
    task_sleep_until(fake.now + 500 * MILLISECOND);
    by_request = task_end_children(fake.now + 500 * MILLISECOND, false);
    by_force = task_end_children(fake.now + 500 * MILLISECOND, true);
}

static void children_that_ignore_cancellation_are_ended(void **state)
{
    (void)state;
    by_request = by_force = ERR_BUSY;
    spawn("parent", 4, ending_parent, NULL);
    run_to_the_end();
    assert_int_equal(by_request, ERR_TIMEOUT);
    assert_int_equal(by_force, OK);
    assert_true(fake.now < END);
    for (unsigned i = 1; i < spawned; i++) {
        assert_int_equal(tasks[i].state, TASK_UNUSED);
        assert_int_equal(tasks[i].exit_status, ERR_CANCELLED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores_are_weighed),
        cmocka_unit_test(large_numbers_keep_their_ratio),
        cmocka_unit_test(shares_go_down_and_up_by_steps),
        cmocka_unit_test_setup(who_yields_in_time_is_never_preempted, setup),
        cmocka_unit_test_setup(a_hog_delays_others_by_its_limit_and_shrinks_to_the_floor, setup),
        cmocka_unit_test_setup(good_conduct_is_rewarded, setup),
        cmocka_unit_test_setup(who_was_preempted_yields_as_before, setup),
        cmocka_unit_test_setup(the_parent_is_told, setup),
        cmocka_unit_test_setup(wake_ups_in_vain_are_counted, setup),
        cmocka_unit_test_setup(children_that_ignore_cancellation_are_ended, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
