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
 * The task that spawns another is its parent; when it exits, its own parent takes its place. A task
 * is never ended from outside: task_cancel only asks, by ending what it waits for.
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
#include <kernel/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum { TASK_PRIORITIES = 16 }; /* 0 is the most urgent */

enum task_state { TASK_UNUSED, TASK_READY, TASK_RUNNING, TASK_PARKED, TASK_EXITED };

/* What a task did since it was spawned. A run is from a switch to it until the next switch. */
struct task_usage {
    uint64_t running; /* ns, interrupts that came meanwhile included */
    uint64_t longest; /* ns; its longest run */
    uint32_t runs;
    uint32_t yields; /* task_yield */
};

struct task_joiner;

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
    struct task *parent;         /* who spawned it; NULL: the kernel */
    struct event children;       /* signalled when one of its children exits */
    struct task_joiner *joiners; /* who waits in task_join for its end */
    enum status exit_status;     /* once it is EXITED */
    struct task_usage usage;     /* of the runs that have ended */
    uint64_t run_start;          /* ns since entry; of the last run */
    bool cancelled;              /* task_cancel was called in this life */
    bool cancel_pending;         /* and the park that it is to end has not been */
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

/* Sleeps until `deadline` (ns since entry). ERR_CANCELLED if it is cancelled before. Task context.
 */
enum status task_sleep_until(uint64_t deadline);

/* Parks the running task until task_wake (OK), task_cancel (ERR_CANCELLED) or `deadline`
 * (ERR_TIMEOUT); CLOCK_NEVER for no limit. The caller has masked interrupts, so that it cannot miss
 * a wake-up that it looked for before; they are masked again when this returns. Task context. */
enum status task_park(uint64_t deadline);

/* Makes a parked task runnable: its task_park returns `status`. Nothing if it isn't parked. Any
 * context. */
void task_wake(struct task *task, enum status status);

/* Ends the running task; returning from its entry is task_exit(OK). Its stack stays in use until
 * the next switch, so `task` and stack may be used again by others than itself only. Task context.
 */
noreturn void task_exit(enum status status);

/* Waits until `task` has exited and stores what it exited with, if `exit_status` isn't NULL. Any
 * number of tasks may wait for one. ERR_INVALID for the running task itself or one that was never
 * spawned; ERR_TIMEOUT at `deadline`, ERR_CANCELLED if the caller is cancelled. Task context. */
enum status task_join(struct task *task, uint64_t deadline, enum status *exit_status);

/* Asks `task` to end: the park that it is in, or else its next one, returns ERR_CANCELLED. Once
 * for each call, so that it can still wait while it puts things in order. Nothing if it doesn't
 * live. Any context. */
void task_cancel(struct task *task);

/* Whether the running task was asked to end. Task context. */
bool task_is_cancelled(void);

/* Takes an exited task off the list of all, so that its memory can be given back. ERR_BUSY while it
 * lives; OK for one that was never spawned. Task context. */
enum status task_forget(struct task *task);

/* Starts scheduling; the caller's stack becomes the kernel's own context, in which it drains the
 * log and sleeps when no task is runnable. Boot context, interrupts masked. */
noreturn void task_run(void);

/* What it did until now, the run that it is in included. Any context. */
struct task_usage task_usage(const struct task *task);

/* Every task that was spawned, in that order, exited ones included: the first, then task->next. */
struct task *task_first(void);

/* "unused", "ready", "running", "parked", "exited". */
const char *task_state_name(enum task_state state);

#endif
