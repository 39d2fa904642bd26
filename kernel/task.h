/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks: cooperative fibers. A task runs until it parks, yields or exits; an interrupt only makes
 * parked tasks runnable. Among the runnable the most urgent priority runs, in FIFO order within
 * one.
 *
 *            task_spawn            scheduler
 *   (unused) ----------> READY <-------------> RUNNING --task_exit--> EXITED
 *                          ^      task_yield      |
 *                task_wake |                      | task_park
 *                          +------- PARKED <------+
 *
 * Invariants: 1 a task is in the ready queue of its priority exactly while it is READY; 2 bit p of
 * the ready bitmap is set exactly while queue p is not empty; 3 an alarm is armed only while its
 * task is PARKED. All of it is changed with interrupts masked only.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum { TASK_PRIORITIES = 16 }; /* 0 is the most urgent */

enum task_state { TASK_UNUSED, TASK_READY, TASK_RUNNING, TASK_PARKED, TASK_EXITED };

struct task {
    struct arch_context context;
    const char *name;
    struct task *queue_next; /* in the ready queue */
    struct task *next;       /* in the list of all tasks */
    struct alarm alarm;      /* ends task_park at its deadline */
    enum status park_status; /* what the running task_park is to return */
    enum task_state state;
    uint8_t priority;
    struct stack stack;
    void (*entry)(void *argument);
    void *argument;
};

/* What a new task is. Copied by task_spawn, except what its pointers lead to. */
struct task_parameters {
    const char *name;   /* borrowed for the task's life */
    struct stack stack; /* memory borrowed for the task's life; `guard` bytes are never used */
    uint8_t priority;   /* below TASK_PRIORITIES */
    void (*entry)(void *argument); /* returning from it is task_exit */
    void *argument;
};

/* Makes `task` runnable; its memory is borrowed until it has exited. ERR_INVALID for a priority or
 * stack that cannot be, ERR_BUSY if `task` lives already. Boot and task context. */
enum status task_spawn(struct task *task, const struct task_parameters *parameters);

/* The running task; NULL while the kernel itself runs (boot and idle). Any context: in an
 * interrupt, the task it interrupted. */
struct task *task_current(void);

/* Name of what runs: the task's, or "kernel". Any context. */
const char *task_current_name(void);

/* Lets every other runnable task of this or a more urgent priority run first. Task context. */
void task_yield(void);

/* Sleeps until `deadline` (ns since entry). Task context. */
void task_sleep_until(uint64_t deadline);

/* Parks the running task until task_wake (OK) or `deadline` (ERR_TIMEOUT); CLOCK_NEVER for no
 * limit. The caller has masked interrupts, so that it cannot miss a wake-up that it looked for
 * before; they are masked again when this returns. Task context. */
enum status task_park(uint64_t deadline);

/* Makes a parked task runnable: its task_park returns `status`. Nothing if it isn't parked. Any
 * context. */
void task_wake(struct task *task, enum status status);

/* Ends the running task. Its stack stays in use until the next switch, so `task` and stack may be
 * used again by others than itself only. Task context. */
noreturn void task_exit(void);

/* Starts scheduling; the caller's stack becomes the kernel's own context, in which it drains the
 * log and sleeps when no task is runnable. Boot context, interrupts masked. */
noreturn void task_run(void);

/* Every task that was spawned, in that order, exited ones included: the first, then task->next. */
struct task *task_first(void);

/* "unused", "ready", "running", "parked", "exited". */
const char *task_state_name(enum task_state state);

#endif
