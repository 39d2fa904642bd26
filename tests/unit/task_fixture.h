/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks for unit tests on the fake board: they run until nothing is runnable and no deadline is
 * left, and time jumps to the next deadline whenever nothing is.
 */
#ifndef TASK_FIXTURE_H
#define TASK_FIXTURE_H

#include <kernel/task.h>

/* Fewer and smaller where the tests run on a small board; the guard is what its architecture takes.
 */
#ifndef FIXTURE_TASKS
#define FIXTURE_TASKS 24
#endif
enum {
    FIXTURE_STACK = sizeof(void *) == 8 ? 64 * 1024 : 1792,
    FIXTURE_GUARD = sizeof(void *) == 8 ? 4096 : 256,
};

extern uint8_t fixture_stacks[FIXTURE_TASKS][FIXTURE_STACK];

/* A fake board without tasks. */
void fixture_reset(void);

struct task *fixture_spawn(uint8_t priority, void (*entry)(void *argument), void *argument);

/* Runs all that were spawned; each must have come to its end. */
void fixture_run(void);

#endif
