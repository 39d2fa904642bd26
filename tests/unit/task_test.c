/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c kernel/device.c
// link: kernel/stack.c kernel/status.c tests/unit/kernel_fake.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S kernel/harmony.c kernel/channel.c kernel/capability.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
/*
 * Tasks, events and deadlines, with real switches between stacks and a time that the test moves.
 * The scheduler runs until nothing is runnable and no deadline is left; then the test looks at the
 * trace.
 */
#include "kernel_fake.h"
#include "trace.h"

#include <kernel/event.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    TASKS = 40,
    STACK = sizeof(void *) == 8 ? 64 * 1024 : 8192,
    GUARD = sizeof(void *) == 8 ? 4096 : 256,
};

static struct task tasks[TASKS];
static uint8_t stacks[TASKS][STACK] __attribute__((aligned(4096)));
static unsigned spawned;

static jmp_buf all_done;

static bool all_have_exited(void)
{
    for (unsigned i = 0; i < spawned; i++)
        if (tasks[i].state != TASK_EXITED)
            return false;
    return true;
}

/* Sleeps: time jumps to what the timer was programmed for. Harmony's last look finds nobody; the
 * tests' time is that of the last task's end. */
static void sleep_to_deadline(void)
{
    uint64_t end = fake.now;
    assert_false(fake.interrupts_enabled);
    if (fake.deadline == CLOCK_NEVER)
        longjmp(all_done, 1);
    fake.now = fake.deadline;
    fake.in_interrupt = true;
    clock_interrupt();
    fake.in_interrupt = false;
    if (all_have_exited())
        fake.now = end;
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.idle = sleep_to_deadline;
    trace[0] = '\0';
    spawned = 0;
    return 0;
}

static enum status spawn(const char *name, uint8_t priority, void (*entry)(void *), void *argument)
{
    unsigned i = spawned++;
    const struct task_parameters parameters = {
        .name = name,
        .stack = {.base = stacks[i], .size = STACK, .guard = GUARD},
        .priority = priority,
        .entry = entry,
        .argument = argument,
    };
    return task_spawn(&tasks[i], &parameters);
}

static void run_all(void)
{
    if (setjmp(all_done) == 0)
        task_run();
}

static void say_twice(void *argument)
{
    note("%s1 ", (const char *)argument);
    task_yield();
    note("%s2 ", (const char *)argument);
}

static void say_states(void *argument)
{
    const struct task *other = argument;
    task_yield();
    note("%s beside %s; ", task_state_name(task_state(task_current())),
         task_state_name(task_state(other)));
    task_sleep_until(fake.now + (other == &tasks[1] ? 1 : 2));
}

static void only_one_is_running(void **state)
{
    (void)state;
    spawn("a", 5, say_states, &tasks[1]);
    spawn("b", 5, say_states, &tasks[0]);
    assert_int_equal(task_state(&tasks[0]), TASK_READY);
    run_all();
    assert_string_equal(trace, "running beside ready; running beside parked; ");
    assert_int_equal(task_state(&tasks[0]), TASK_EXITED);
}

static void equal_priorities_take_turns(void **state)
{
    (void)state;
    spawn("a", 5, say_twice, "a");
    spawn("b", 5, say_twice, "b");
    spawn("c", 5, say_twice, "c");
    run_all();
    assert_string_equal(trace, "a1 b1 c1 a2 b2 c2 ");
    assert_int_equal(tasks[0].state, TASK_EXITED);
}

static void the_urgent_run_first(void **state)
{
    (void)state;
    spawn("low", 15, say_twice, "l");
    spawn("middle", 7, say_twice, "m");
    spawn("high", 0, say_twice, "h");
    run_all();
    assert_string_equal(trace, "h1 h2 m1 m2 l1 l2 ");
}

static void sleep_and_say(void *argument)
{
    uint64_t deadline = (uintptr_t)argument;
    task_sleep_until(deadline);
    note("%u@%u ", (unsigned)deadline, (unsigned)clock_now());
    assert_true(fake.interrupts_enabled);
}

static void sleepers_wake_in_order_of_deadline(void **state)
{
    (void)state;
    static const uintptr_t deadlines[] = {300, 100, 200, 100, 500, 0};
    for (size_t i = 0; i < 6; i++)
        spawn("sleeper", 3, sleep_and_say, (void *)deadlines[i]);
    run_all();
    assert_string_equal(trace, "0@0 100@100 100@100 200@200 300@300 500@500 ");
    assert_int_equal(fake.deadline, CLOCK_NEVER);
}

static void interrupt_early_once(void)
{
    if (fake.now) {
        sleep_to_deadline();
    } else {
        fake.now = 500;
        clock_interrupt();
    }
}

static void an_early_timer_only_looks_again(void **state)
{
    (void)state;
    fake.idle = interrupt_early_once;
    spawn("sleeper", 3, sleep_and_say, (void *)1000);
    run_all();
    assert_string_equal(trace, "1000@1000 ");
}

static struct event event;

static void wait_and_say(void *argument)
{
    uint64_t deadline = argument ? (uintptr_t)argument : CLOCK_NEVER;
    note("%s ", status_name(event_wait(&event, deadline)));
    assert_true(fake.interrupts_enabled);
}

static void signal_event(void *argument)
{
    if (argument)
        task_sleep_until((uintptr_t)argument);
    note("signal ");
    event_signal(&event);
}

static void a_signal_before_the_wait_is_kept(void **state)
{
    (void)state;
    event = (struct event){0};
    event_signal(&event);
    event_signal(&event);
    spawn("first", 1, wait_and_say, NULL);
    spawn("second", 2, wait_and_say, (void *)50);
    run_all();
    assert_string_equal(trace, "OK ERR_TIMEOUT ");
    assert_int_equal(clock_now(), 50);
}

static void a_signal_wakes_the_waiter(void **state)
{
    (void)state;
    event = (struct event){0};
    spawn("waiter", 1, wait_and_say, NULL);
    spawn("signaller", 2, signal_event, (void *)70);
    run_all();
    assert_string_equal(trace, "signal OK ");
    assert_false(event.signalled);
    assert_null(event.waiter);
}

static void a_signal_in_time_cancels_the_deadline(void **state)
{
    (void)state;
    event = (struct event){0};
    spawn("waiter", 1, wait_and_say, (void *)1000);
    spawn("signaller", 2, signal_event, (void *)70);
    run_all();
    assert_string_equal(trace, "signal OK ");
    assert_int_equal(clock_now(), 70);
    assert_int_equal(fake.deadline, CLOCK_NEVER);
}

static void a_second_waiter_is_refused(void **state)
{
    (void)state;
    event = (struct event){0};
    spawn("first", 1, wait_and_say, (void *)90);
    spawn("second", 1, wait_and_say, NULL);
    run_all();
    assert_string_equal(trace, "ERR_BUSY ERR_TIMEOUT ");
}

static void interrupt_signals(void)
{
    if (event.waiter)
        event_signal(&event);
    else
        longjmp(all_done, 1);
}

static void an_interrupt_during_idle_wakes(void **state)
{
    (void)state;
    event = (struct event){0};
    fake.idle = interrupt_signals;
    spawn("waiter", 4, wait_and_say, NULL);
    run_all();
    assert_string_equal(trace, "OK ");
}

static void impossible_tasks_are_refused(void **state)
{
    (void)state;
    assert_int_equal(spawn("priority", TASK_PRIORITIES, say_twice, ""), ERR_INVALID);
    struct task_parameters parameters = {.name = "stack",
                                         .stack = {stacks[9], GUARD + 8, GUARD},
                                         .entry = say_twice,
                                         .argument = ""};
    assert_int_equal(task_spawn(&tasks[9], &parameters), ERR_INVALID);
    parameters.stack = (struct stack){stacks[9] + 1, STACK - 8, GUARD};
    assert_int_equal(task_spawn(&tasks[9], &parameters), ERR_INVALID);
    parameters.stack = (struct stack){stacks[9], STACK, GUARD};
    assert_int_equal(task_spawn(&tasks[9], &parameters), OK);
    assert_int_equal(task_spawn(&tasks[9], &parameters), ERR_BUSY);
    run_all();
    assert_int_equal(task_spawn(&tasks[9], &parameters), OK);
    run_all();
}

static unsigned listed(const struct task *wanted)
{
    unsigned count = 0;
    for (const struct task *task = task_first(); task; task = task->next)
        count += task == wanted;
    return count;
}

static void a_task_is_listed_once_however_often_it_lives(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        spawned = 0;
        spawn("again", 5, say_twice, "x");
        run_all();
    }
    assert_int_equal(listed(&tasks[0]), 1);
}

static void names_tell_what_runs(void **state)
{
    (void)state;
    assert_null(task_current());
    assert_string_equal(task_current_name(), "kernel");
    assert_string_equal(task_state_name(TASK_PARKED), "parked");
    assert_string_equal(task_state_name((enum task_state)99), "?");
}

__attribute__((noinline, no_sanitize("address"))) static void use_stack(void *argument)
{
    volatile uint8_t used[STACK / 3];
    for (size_t i = 0; i < sizeof(used); i++)
        used[i] = (uint8_t)(uintptr_t)argument;
    note("%u ", used[100]);
}

static void the_stack_s_high_water_mark_is_found(void **state)
{
    (void)state;
    assert_int_equal(task_forget(&tasks[0]), OK);
    spawn("deep", 5, use_stack, (void *)7);
    assert_true(stack_used(&tasks[0].stack) < 512);
    run_all();
    assert_true(stack_used(&tasks[0].stack) >= STACK / 3);
    const size_t used = stack_used(&tasks[0].stack);
    spawned = 0;
    spawn("shallow", 5, say_twice, "s");
    run_all();
    assert_int_equal(stack_used(&tasks[0].stack), used); /* by this life or the one before */
    assert_true(stack_used(&tasks[0].stack) < STACK - GUARD);
    assert_true(stack_guard_has(&tasks[0].stack, (uintptr_t)stacks[0] + GUARD - 1));
    assert_false(stack_guard_has(&tasks[0].stack, (uintptr_t)stacks[0] + GUARD));
    assert_false(stack_guard_has(&tasks[0].stack, (uintptr_t)stacks[0] - 1));
}

static enum status joined;

static void exit_with(void *argument)
{
    task_sleep_until(100);
    note("exit ");
    task_exit((enum status)(uintptr_t)argument);
}

static void join_first(void *argument)
{
    uint64_t deadline = argument ? (uintptr_t)argument : CLOCK_NEVER;
    joined = STATUS_COUNT;
    enum status status = task_join(&tasks[0], deadline, &joined);
    note("%s:%s@%u ", status_name(status), status ? "-" : status_name(joined),
         (unsigned)clock_now());
    assert_true(fake.interrupts_enabled);
}

static void joiners_get_the_exit_status(void **state)
{
    (void)state;
    spawn("ends", 5, exit_with, (void *)ERR_DEVICE);
    spawn("one", 4, join_first, NULL);
    spawn("short", 4, join_first, (void *)50);
    spawn("less urgent", 9, join_first, (void *)200);
    spawn("late", 15, sleep_and_say, (void *)200);
    run_all();
    assert_string_equal(trace,
                        "ERR_TIMEOUT:-@50 exit OK:ERR_DEVICE@100 OK:ERR_DEVICE@100 200@200 ");
    assert_null(tasks[0].joiners);
    assert_int_equal(tasks[4].exit_status, OK);
}

/* The deadline makes the joiner ready, and then the other exits before it runs: it is told. */
static void a_joiner_in_time_out_still_gets_the_status(void **state)
{
    (void)state;
    spawn("ends", 1, exit_with, (void *)ERR_CLOSED);
    spawn("joins", 9, join_first, (void *)100);
    run_all();
    assert_string_equal(trace, "exit OK:ERR_CLOSED@100 ");
}

static void join_impossible(void *argument)
{
    (void)argument;
    static struct task never;
    note("%s %s ", status_name(task_join(task_current(), 0, NULL)),
         status_name(task_join(&never, 0, NULL)));
    note("%s ", status_name(task_join(&tasks[0], 0, NULL)));
}

static void joining_oneself_or_nobody_is_refused(void **state)
{
    (void)state;
    spawn("over", 0, say_twice, "x");
    spawn("joins", 9, join_impossible, NULL);
    run_all();
    assert_string_equal(trace, "x1 x2 ERR_INVALID ERR_INVALID OK ");
}

static void wait_until_cancelled(void *argument)
{
    struct event own = {0};
    assert_false(task_is_cancelled());
    if (argument)
        task_yield();
    note("%s", status_name(event_wait(&own, CLOCK_NEVER)));
    assert_null(own.waiter);
    assert_true(task_is_cancelled());
    note("+%s ", status_name(event_wait(&own, clock_now() + 10)));
    task_exit(ERR_CANCELLED);
}

static void cancel_first(void *argument)
{
    if (argument)
        task_sleep_until((uintptr_t)argument);
    task_cancel(&tasks[0]);
}

static void a_cancelled_park_returns(void **state)
{
    (void)state;
    event = (struct event){0};
    spawn("waits", 5, wait_until_cancelled, NULL);
    spawn("cancels", 6, cancel_first, (void *)70);
    run_all();
    assert_string_equal(trace, "ERR_CANCELLED+ERR_TIMEOUT ");
    assert_int_equal(clock_now(), 80);
    assert_int_equal(tasks[0].exit_status, ERR_CANCELLED);
    task_cancel(&tasks[0]);
    assert_int_equal(tasks[0].state, TASK_EXITED);
}

static void a_cancellation_waits_for_the_next_park(void **state)
{
    (void)state;
    spawn("yields", 5, wait_until_cancelled, "yield");
    spawn("cancels", 5, cancel_first, NULL);
    run_all();
    assert_string_equal(trace, "ERR_CANCELLED+ERR_TIMEOUT ");
}

static void sleep_cancelled(void *argument)
{
    (void)argument;
    enum status status = task_sleep_until(1000);
    note("%s@%u+", status_name(status), (unsigned)clock_now());
    status = task_sleep_until(1000);
    note("%s@%u ", status_name(status), (unsigned)clock_now());
}

static void a_cancelled_sleep_ends_early(void **state)
{
    (void)state;
    spawn("sleeps", 5, sleep_cancelled, NULL);
    spawn("cancels", 5, cancel_first, (void *)300);
    run_all();
    assert_string_equal(trace, "ERR_CANCELLED@300+OK@1000 ");
}

static void signal_and_cancel(void *argument)
{
    (void)argument;
    event_signal(&event);
    task_cancel(&tasks[0]);
}

static void wait_twice(void *argument)
{
    (void)argument;
    for (unsigned i = 0; i < 3; i++)
        note("%s ", status_name(event_wait(&event, 5)));
}

/* A signal that came with the cancellation, or before it, isn't lost. */
static void a_cancelled_wait_keeps_the_signal(void **state)
{
    (void)state;
    event = (struct event){0};
    spawn("waits", 5, wait_twice, NULL);
    spawn("both", 6, signal_and_cancel, NULL);
    run_all();
    assert_string_equal(trace, "OK ERR_CANCELLED ERR_TIMEOUT ");
}

static void be_child(void *argument)
{
    note("%s<%s ", task_current()->name,
         task_current()->parent ? task_current()->parent->name : "kernel");
    if (argument) {
        assert_int_equal(spawn("grandchild", 7, sleep_and_say, (void *)900), OK);
        task_exit(ERR_LIMIT);
    }
}

static void be_parent(void *argument)
{
    (void)argument;
    assert_null(task_current()->parent);
    spawn("child", 8, be_child, "with one of its own");
    note("%s ", status_name(event_wait(&task_current()->children, CLOCK_NEVER)));
    assert_ptr_equal(tasks[2].parent, task_current());
    enum status status = event_wait(&task_current()->children, CLOCK_NEVER);
    note("%s@%u ", status_name(status), (unsigned)clock_now());
}

static void grandchildren_are_inherited(void **state)
{
    (void)state;
    spawn("parent", 3, be_parent, NULL);
    run_all();
    assert_string_equal(trace, "child<parent OK 900@900 OK@900 ");
    assert_null(tasks[1].parent);
}

static void exited_tasks_can_be_forgotten(void **state)
{
    (void)state;
    spawn("a", 5, say_twice, "a");
    assert_int_equal(task_forget(&tasks[0]), ERR_BUSY);
    run_all();
    assert_int_equal(listed(&tasks[0]), 1);
    assert_int_equal(task_forget(&tasks[0]), OK);
    assert_int_equal(listed(&tasks[0]), 0);
    assert_int_equal(task_forget(&tasks[0]), OK);
    spawned = 0;
    spawn("a", 5, say_twice, "a");
    run_all();
    assert_int_equal(listed(&tasks[0]), 1);
}

static void run_for_a_while(void *argument)
{
    (void)argument;
    fake.now += 70;
    task_yield();
    fake.now += 500;
    assert_int_equal(task_usage(task_current()).running, 570);
    assert_int_equal(task_usage(task_current()).runs, 2);
    task_sleep_until(fake.now + 1000);
    fake.now += 30;
}

static void run_times_are_counted(void **state)
{
    (void)state;
    spawn("runs", 5, run_for_a_while, NULL);
    spawn("sleeps", 5, sleep_and_say, (void *)100000);
    run_all();
    struct task_usage usage = task_usage(&tasks[0]);
    assert_int_equal(usage.running, 600);
    assert_int_equal(usage.longest, 500);
    assert_int_equal(usage.runs, 3);
    assert_int_equal(usage.yields, 1);
    assert_int_equal(task_usage(&tasks[1]).running, 0);
    assert_int_equal(task_usage(&tasks[1]).runs, 2);
    spawned = 0;
    spawn("runs", 5, say_twice, "new");
    assert_int_equal(task_usage(&tasks[0]).runs, 0);
    run_all();
}

void *__asan_region_is_poisoned(void *start, size_t size);

/* The address sanitizer puts red zones around the buffer, which never returns. */
static void exit_from_a_buffer(void *argument)
{
    char buffer[100];
    snprintf(buffer, sizeof(buffer), "%s", (const char *)argument);
    note("%s ", buffer);
    task_exit(OK);
}

static void reuse_stack(void *argument)
{
    (void)argument;
    assert_int_equal(task_join(&tasks[1], CLOCK_NEVER, NULL), OK);
    if (CONFIG_ASAN)
        assert_null(__asan_region_is_poisoned(stacks[1], STACK));
    memset(stacks[1] + GUARD, 0, STACK - GUARD);
}

static void the_stack_of_an_ended_task_is_just_memory(void **state)
{
    (void)state;
    spawn("joiner", 5, reuse_stack, NULL);
    spawn("ends", 5, exit_from_a_buffer, "ends");
    run_all();
    assert_string_equal(trace, "ends ");
}

/* Random sleeps of many tasks at once: nobody wakes early, and time never stops at a deadline that
 * is not the earliest. */
static unsigned sleeps;
static uint64_t latest;

static void sleep_randomly(void *argument)
{
    unsigned seed = (unsigned)(uintptr_t)argument;
    for (unsigned i = 0; i < 200; i++) {
        uint64_t deadline = clock_now() + (uint64_t)rand_r(&seed) % 1000;
        task_sleep_until(deadline);
        assert_int_equal(clock_now(), deadline);
        assert_true(deadline >= latest);
        latest = deadline;
        sleeps++;
    }
}

static void many_random_sleeps_end_on_time(void **state)
{
    (void)state;
    sleeps = 0;
    latest = 0;
    for (unsigned i = 0; i < TASKS; i++)
        spawn("random", (uint8_t)(i % TASK_PRIORITIES), sleep_randomly, (void *)(uintptr_t)(i + 1));
    run_all();
    assert_int_equal(sleeps, TASKS * 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(only_one_is_running, setup),
        cmocka_unit_test_setup(equal_priorities_take_turns, setup),
        cmocka_unit_test_setup(the_urgent_run_first, setup),
        cmocka_unit_test_setup(sleepers_wake_in_order_of_deadline, setup),
        cmocka_unit_test_setup(an_early_timer_only_looks_again, setup),
        cmocka_unit_test_setup(a_signal_before_the_wait_is_kept, setup),
        cmocka_unit_test_setup(a_signal_wakes_the_waiter, setup),
        cmocka_unit_test_setup(a_signal_in_time_cancels_the_deadline, setup),
        cmocka_unit_test_setup(a_second_waiter_is_refused, setup),
        cmocka_unit_test_setup(an_interrupt_during_idle_wakes, setup),
        cmocka_unit_test_setup(impossible_tasks_are_refused, setup),
        cmocka_unit_test_setup(a_task_is_listed_once_however_often_it_lives, setup),
        cmocka_unit_test_setup(names_tell_what_runs, setup),
        cmocka_unit_test_setup(the_stack_s_high_water_mark_is_found, setup),
        cmocka_unit_test_setup(joiners_get_the_exit_status, setup),
        cmocka_unit_test_setup(a_joiner_in_time_out_still_gets_the_status, setup),
        cmocka_unit_test_setup(joining_oneself_or_nobody_is_refused, setup),
        cmocka_unit_test_setup(a_cancelled_park_returns, setup),
        cmocka_unit_test_setup(a_cancellation_waits_for_the_next_park, setup),
        cmocka_unit_test_setup(a_cancelled_sleep_ends_early, setup),
        cmocka_unit_test_setup(a_cancelled_wait_keeps_the_signal, setup),
        cmocka_unit_test_setup(grandchildren_are_inherited, setup),
        cmocka_unit_test_setup(exited_tasks_can_be_forgotten, setup),
        cmocka_unit_test_setup(run_times_are_counted, setup),
        cmocka_unit_test_setup(the_stack_of_an_ended_task_is_just_memory, setup),
        cmocka_unit_test_setup(many_random_sleeps_end_on_time, setup),
    };
    return cmocka_run_group_tests_name("task", tests, NULL, NULL);
}
