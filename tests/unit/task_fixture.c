/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The scheduler as a function that returns.
 */
#include "task_fixture.h"
#include "kernel_fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct task tasks[FIXTURE_TASKS];
static unsigned spawned;
static jmp_buf all_done;

static void sleep_to_deadline(void)
{
    if (fake.deadline == CLOCK_NEVER)
        longjmp(all_done, 1);
    fake.now = fake.deadline > fake.now ? fake.deadline : fake.now;
    fake.in_interrupt = true;
    clock_interrupt();
    fake.in_interrupt = false;
}

void fixture_reset(void)
{
    fake_reset();
    fake.idle = sleep_to_deadline;
    spawned = 0;
}

struct task *fixture_spawn(uint8_t priority, void (*entry)(void *argument), void *argument)
{
    assert_true(spawned < FIXTURE_TASKS);
    unsigned i = spawned++;
    const struct task_parameters parameters = {
        .name = "fixture",
        .stack = {.base = fixture_stacks[i], .size = FIXTURE_STACK, .guard = FIXTURE_GUARD},
        .priority = priority,
        .entry = entry,
        .argument = argument,
    };
    assert_int_equal(task_spawn(&tasks[i], &parameters), OK);
    return &tasks[i];
}

void fixture_run(void)
{
    if (setjmp(all_done) == 0)
        task_run();
    for (unsigned i = 0; i < spawned; i++)
        assert_int_equal(tasks[i].state, TASK_EXITED);
}
