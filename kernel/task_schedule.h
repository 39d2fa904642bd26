/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the two halves of the tasks have of each other: their lives (task.c), and who of them runs
 * when (task_schedule.c). For these only.
 */
#ifndef KERNEL_TASK_SCHEDULE_H
#define KERNEL_TASK_SCHEDULE_H

#include <kernel/task.h>

/* --- of task_schedule.c */

/* Panics with "`what` outside a task": only a task can give the processor up, as the kernel's
 * context and interrupts have nothing to return to. Any context. */
void task_expect(const char *what);

/* Makes a new task runnable, from its entry on, on `core` or, if that isn't up, core 0. Interrupts
 * masked. */
void task_launch(struct task *task, unsigned core);

/* Takes no more requests of other cores for the running task, and has none under way: it may be
 * gone soon. Interrupts masked. */
void task_refuse_requests(struct task *task);

/* Runs something else than the running task, which has EXITED. Does not return; but who calls it
 * last may go there instead of calling (task_begin). Interrupts masked. */
void task_leave_stack(void);

/* Waits until no core is on the stack of an EXITED task any more: a switch on another core. Any
 * context. */
void task_await_left(const struct task *task);

/* As task_cancel; but the task runs on only as far as where it can be preempted, and ends there:
 * nothing in the kernel leads to its stack then. */
void task_end(struct task *task);

/* --- of task.c */

/* Makes the running task EXITED, which is then to leave its stack. Interrupts masked. */
void task_retire(struct task *task, enum status status);

/* The running task's end, its own `end` first; it is to leave its stack then. Returns with
 * interrupts masked. Task context. */
void task_finish(struct task *task, enum status status);

#endif
