/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks: cooperative fibers. A task runs until it parks, yields or exits; an interrupt only makes
 * parked tasks runnable. Among the runnable the most urgent priority runs, in FIFO order within
 * one. Only one that runs beyond its limit is preempted (harmony.h), and then goes behind all.
 *
 *            task_spawn            scheduler
 *   (unused) ----------> READY <-------------> RUNNING --task_exit--> EXITED
 *                          ^      task_yield      |
 *                task_wake |                      | task_park
 *                          +------- PARKED <------+
 *               its pause  |                      | task_preempt of a parasite
 *                 is over  +------ THROTTLED <----+
 *
 * The task that spawns another is its parent; when it exits, its own parent takes its place. A task
 * is asked to end by task_cancel, which ends what it waits for; only task_end_children ends one
 * that does not care, where it can be preempted. A fault ends the task that it is in, and no other,
 * if it comes with interrupts enabled: then no list of the kernel's leads to its stack.
 *
 * A task stays on its core until it is moved. Its state, queue and alarm are its core's, which
 * alone changes them, with interrupts masked; from other cores they are asked for, and the core
 * does it in its next interrupt. Parents, children and joiners have a lock, as they may be
 * anywhere.
 *
 * Invariants: 1 a task is in the ready queue of its priority and core exactly while it is READY,
 * and not on its way to another core, or RUNNING, and then the first of it; but a preempted one is
 * in the least urgent and isn't sent off before it gives the processor up by itself; 2 bit p of the
 * ready bitmap is set exactly while queue p is not empty; 3 an alarm is armed only while its task
 * is PARKED or THROTTLED; 4 a core has finished with a task's stack before another core gets the
 * task.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/core.h>
#include <kernel/event.h>
#include <kernel/harmony.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

enum { TASK_PRIORITIES = 16 }; /* 0 is the most urgent */

enum task_state { TASK_UNUSED, TASK_READY, TASK_RUNNING, TASK_PARKED, TASK_EXITED, TASK_THROTTLED };

struct task_joiner;

/* What other cores need of a task. All fields are task.c's. */
struct task_remote {
    struct inbox_item item;   /* in its core's inbox, while requests says so */
    atomic_uint requests;     /* what its core is asked to do with it */
    atomic_uchar core;        /* where it runs */
    atomic_uchar destination; /* where it is to run */
    atomic_bool left;         /* it has exited, and its core is off its stack */
    bool departs;             /* READY, and to be sent off once its core is off its stack */
};

/* What is counted of the runs that have ended, at each switch and therefore in few steps: of a run
 * that takes more ticks than a word holds, as 171 s at 25 MHz, only the rest. */
struct task_counts {
    uint64_t running;   /* ticks of the clock; 0 without CONFIG_RUN_TIME */
    uintptr_t longest;  /* ticks; likewise */
    uint32_t yields;    /* runs that ended with task_yield, */
    uint32_t waits;     /* with task_park or task_exit, */
    uint32_t preempted; /* or from outside */
};

struct task {
    struct arch_context context;
    const char *name;
    struct task *queue_next; /* in the ready queue */
    struct task *next;       /* in the list of all tasks */
    struct alarm alarm;      /* ends task_park at its deadline, or a parasite's pause */
    enum status park_status; /* what the running task_park is to return */
    enum task_state state;   /* READY, too, while it runs: task_state */
    uint8_t priority;
    struct stack stack;
    void (*entry)(void *argument);
    enum status (*end)(void *argument, enum status status); /* as in task_parameters */
    void *argument;
    struct task *parent;         /* who spawned it; NULL: the kernel */
    struct event children;       /* signalled when one of its children exits */
    struct task_joiner *joiners; /* who waits in task_join for its end */
    enum status exit_status;     /* once it is EXITED */
    struct task_counts counts;
    uintptr_t run;  /* tells its last run from others: clock_ticks at its begin, or (without
                       CONFIG_RUN_TIME) which of its core's it was */
    uint64_t limit; /* ns that a run may take */
    struct harmony harmony;
    uint32_t span;       /* span.c's: the one it is in, 0 for none */
    bool is_parent;      /* it has spawned one in this life, or was left others' children */
    bool in_kernel;      /* it does the kernel's work: its faults are panics */
    bool cancelled;      /* task_cancel was called in this life */
    bool cancel_pending; /* and the park that it is to end has not been */
    struct task_remote remote[CONFIG_CORES > 1]; /* one, or none */
};

/* What a new task is. Copied by task_spawn, except what its pointers lead to. */
struct task_parameters {
    const char *name;   /* borrowed for the task's life */
    struct stack stack; /* memory borrowed for the task's life; `guard` bytes are never used */
    uint8_t priority;   /* below TASK_PRIORITIES */
    uint8_t core;       /* below CONFIG_CORES; core 0 does the work of one that isn't up */
    uint64_t limit;     /* ns that a run may take; 0 for the board's TASK_LIMIT */
    void (*entry)(void *argument); /* returning from it is task_exit */
    void *argument;
    /* Called in the task when it comes to its end: entry has returned (`status` OK), task_exit, or
     * a fault (ERR_FAULT; on an empty stack). It may take its time. Returns what the task exits
     * with. NULL: nothing is to be done. */
    enum status (*end)(void *argument, enum status status);
};

/* Makes `task` runnable; its memory is borrowed until it has exited. ERR_INVALID for a priority,
 * core or stack that cannot be, ERR_BUSY if `task` lives already. A stack is painted (stack.h)
 * unless the task had it in the life before, which task_forget ends: the high-water mark is that of
 * all its lives, as painting takes longer than all the rest. Boot and task context. */
enum status task_spawn(struct task *task, const struct task_parameters *parameters);

/* The running task; NULL while the kernel itself runs (boot and idle). Any context: in an
 * interrupt, the task it interrupted. */
struct task *task_current(void);

/* Name of what runs: the task's, or "kernel". Any context. */
const char *task_current_name(void);

/* The core that the task runs on. Any context. */
unsigned task_core(const struct task *task);

/* Moves the task to another core: the running one at once, another when it next yields or waits.
 * ERR_INVALID if no such core is up. Task context. */
enum status task_move(struct task *task, unsigned core);

/* Lets every other runnable task of this or a more urgent priority run first. Task context,
 * interrupts enabled. */
void task_yield(void);

/* Sleeps until `deadline` (ns since entry). ERR_CANCELLED if it is cancelled before. Task context.
 */
enum status task_sleep_until(uint64_t deadline);

/* Parks the running task until task_wake (OK), task_cancel (ERR_CANCELLED) or `deadline`
 * (ERR_TIMEOUT); CLOCK_NEVER for no limit. The caller has masked interrupts, so that it cannot miss
 * a wake-up that it looked for before; they are masked again when this returns. OK may also come of
 * a wake-up for an earlier park, so the caller looks again. Task context. */
enum status task_park(uint64_t deadline);

/* As task_park, with `lock` released while the task is parked: for who looked with the lock held.
 */
enum status task_wait(struct lock *lock, uint64_t deadline);

/* task_wait in two steps, with the switch in the caller: returns what to task_switch_in_line to,
 * which ends when the task is woken; or NULL, if its cancellation was pending. What task_wait would
 * return is the task's park_status then. Only where ARCH_SWITCHES_IN_LINE. */
struct arch_context *task_wait_begin(struct lock *lock, uint64_t deadline);

/* First thing after such a switch, where there are several cores. */
void task_arrive(void);

__attribute__((always_inline)) static inline void task_switch_in_line(struct task *from,
                                                                      struct arch_context *to)
{
    arch_context_switch_in_line(&from->context, to);
    if (CONFIG_CORES > 1)
        task_arrive();
}

/* Makes a parked task runnable: its task_park returns `status`. Nothing if it isn't parked. Any
 * context. */
void task_wake(struct task *task, enum status status);

/* The same with interrupts masked. */
void task_wake_masked(struct task *task, enum status status);

/* The wake-up that the running task has just had was in vain: what it waits for isn't there. Who
 * waits in a loop says so for its score (harmony.h). Task context. */
void task_waste(void);

/* Whether the task that an interrupt came to has overrun its limit and is to be preempted. The
 * architecture asks at the end of each interrupt that came to a task; if so, it saves all of the
 * task's registers on the task's stack and calls task_preempt there. Interrupt context. */
bool task_preemption_is_due(void);

/* Takes the processor away from the running task, whose stack this runs on. Returns when it may go
 * on, on the same core. Interrupts masked, outside of interrupts; called by the architecture only.
 */
void task_preempt(void);

/* Tells the parent of a task that it has become a parasite. Only for harmony.c, interrupts masked.
 */
void task_tell_parent(const struct task *task);

/* Ends the running task; returning from its entry is task_exit(OK). Its stack stays in use until
 * the next switch, so `task` and stack may be used again by others than itself only. Task context.
 */
noreturn void task_exit(enum status status);

/* Where the architecture continues a task that fault_report gave up: on the top of its stack, whose
 * content is lost. It is task_exit(ERR_FAULT). Task context. */
noreturn void task_fault(void);

/* Waits until `task` has exited and stores what it exited with, if `exit_status` isn't NULL. Any
 * number of tasks may wait for one. ERR_INVALID for the running task itself or one that was never
 * spawned; ERR_TIMEOUT at `deadline`, ERR_CANCELLED if the caller is cancelled. Task context. */
enum status task_join(struct task *task, uint64_t deadline, enum status *exit_status);

/* Asks `task` to end: the park that it is in, or else its next one, returns ERR_CANCELLED. Once
 * for each call, so that it can still wait while it puts things in order. Nothing if it doesn't
 * live. Any context. */
void task_cancel(struct task *task);

/* Cancels all that the running task has spawned, and what these have, again and again until all
 * have exited, and takes them off the list of all. ERR_TIMEOUT if some have not at `deadline`.
 * `by_force`: they exit with ERR_CANCELLED whatever they do, once they run outside of the kernel
 * with interrupts enabled, and without their `end`; this needs CONFIG_PREEMPTION, which preempts
 * them, and without it they are cancelled. Task context. */
enum status task_end_children(uint64_t deadline, bool by_force);

/* Whether the running task was asked to end. Task context. */
bool task_is_cancelled(void);

/* Takes an exited task off the list of all, so that its memory can be given back. ERR_BUSY while it
 * lives; OK for one that was never spawned. Task context. */
enum status task_forget(struct task *task);

/* Starts scheduling on this core; the caller's stack becomes the kernel's own context, in which it
 * drains the log (core 0) and sleeps when no task is runnable. Boot context, interrupts masked. */
noreturn void task_run(void);

/* Changes whenever the core chooses what it runs, and is odd while it sleeps: so others see that it
 * gets on. Only where there are several. Any context. */
unsigned task_turns(unsigned core);

/* Does what other cores asked of this one's tasks; see core.h. Interrupt context. */
void task_serve_requests(void);

/* What it did until now, the run that it is in included. Any context. */
struct task_usage task_usage(const struct task *task);

/* Every task that was spawned, in that order, exited ones included: the first, then task->next. */
struct task *task_first(void);

/* What the task is doing. Any context. */
enum task_state task_state(const struct task *task);

/* "unused", "ready", "running", "parked", "exited", "throttled". */
const char *task_state_name(enum task_state state);

#endif
