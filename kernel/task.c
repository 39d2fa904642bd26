/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The lives of tasks, from spawn to exit, and who waits for their ends; task.h says what holds. Who
 * of them runs when is task_schedule.c's.
 */
#include <kernel/task_schedule.h>

#include <kernel/channel.h>
#include <kernel/lock.h>
#include <kernel/stack.h>

/* A task in task_join, on its own stack. */
struct task_joiner {
    struct task *task;
    struct task_joiner *next;
    enum status exit_status;
    bool done; /* the other has exited, and this is no longer in its list */
};

enum { URGE_AGAIN = 50000000 }; /* ns between the urgings of task_end_children */

enum urging { NO_URGING, CANCELLING, ENDING };

static const uint64_t TASK_LIMIT = CONFIG_TASK_LIMIT * UINT64_C(1000000); /* ns */

static struct lock lock;   /* of `tasks`, next, parent, joiners and becoming EXITED */
static struct task *tasks; /* all */

/* Where `task` stands in the list of all; NULL for its end. */
static struct task **find_link(const struct task *task)
{
    struct task **link = &tasks;
    while (*link != task)
        link = &(*link)->next;
    return link;
}

enum status task_spawn(struct task *task, const struct task_parameters *parameters)
{
    if (parameters->priority >= TASK_PRIORITIES || parameters->core >= CONFIG_CORES ||
        !stack_is_usable(&parameters->stack))
        return ERR_INVALID;
    if (task->state != TASK_UNUSED && task->state != TASK_EXITED)
        return ERR_BUSY;

    if (task->state == TASK_EXITED)
        task_await_left(task);
    if (task->state == TASK_UNUSED || !stack_is_same(&task->stack, &parameters->stack))
        stack_paint(&parameters->stack, NULL);
    bool enabled = lock_acquire(&lock);
    if (task->state == TASK_UNUSED) {
        struct task **link = find_link(NULL);
        task->next = NULL;
        *link = task;
    }
    task->name = parameters->name;
    task->stack = parameters->stack;
    task->priority = parameters->priority;
    task->entry = parameters->entry;
    task->end = parameters->end;
    task->argument = parameters->argument;
    task->parent = task_current();
    if (task->parent)
        task->parent->is_parent = true;
    task->children = (struct event){0};
    task->joiners = NULL;
    task->exit_status = OK;
    task->counts.running = task->counts.longest = 0;
    task->counts.yields = task->counts.waits = task->counts.preempted = 0;
    task->span = 0;
    task->is_parent = task->in_kernel = task->cancelled = task->cancel_pending = false;
    task->limit = parameters->limit ? parameters->limit : TASK_LIMIT;
    if (CONFIG_PREEMPTION)
        harmony_init(&task->harmony);
    if (CONFIG_PREEMPTION)
        harmony_respect(task->limit);
    task_launch(task, parameters->core);
    lock_release(&lock, enabled);
    return OK;
}

static void wake_joiners(struct task *task)
{
    while (task->joiners) {
        struct task_joiner *joiner = task->joiners;
        task->joiners = joiner->next;
        joiner->exit_status = task->exit_status;
        joiner->done = true;
        task_wake_masked(joiner->task, OK);
    }
}

/* To the task's own parent. */
static void leave_children(const struct task *task)
{
    if (task->parent)
        task->parent->is_parent = true;
    for (struct task *other = tasks; other; other = other->next)
        if (other->parent == task)
            other->parent = task->parent;
}

void task_retire(struct task *task, enum status status)
{
    task_refuse_requests(task);
    lock_nest(&lock);
    task->state = TASK_EXITED;
    task->exit_status = status;
    task->counts.waits++;
    wake_joiners(task);
    if (task->is_parent)
        leave_children(task);
    if (task->parent)
        event_signal(&task->parent->children);
    lock_leave(&lock);
}

void task_tell_parent(const struct task *task)
{
    lock_nest(&lock);
    struct task *parent = task->parent;
    if (parent)
        event_signal(&parent->children);
    if (parent && parent->harmony.report)
        channel_notify(parent->harmony.report, parent->harmony.report_bits);
    lock_leave(&lock);
}

void task_finish(struct task *task, enum status status)
{
    if (task->end)
        status = task->end(task->argument, status);
    arch_interrupts_disable();
    task_retire(task, status);
}

noreturn void task_exit(enum status status)
{
    task_expect("exit");
    task_finish(task_current(), status);
    task_leave_stack();
    __builtin_unreachable();
}

noreturn void task_fault(void)
{
    task_exit(ERR_FAULT);
}

static void leave_joiners(struct task *task, const struct task_joiner *joiner)
{
    struct task_joiner **link = &task->joiners;
    while (*link != joiner)
        link = &(*link)->next;
    *link = joiner->next;
}

/* Parks until `task` has exited. With the lock held. Not in line: GCC 12 takes the joiner, which is
 * out of the list again when this returns, for one that is left in it. */
__attribute__((noinline)) static enum status
await_exit(struct task *task, struct task_joiner *joiner, uint64_t deadline)
{
    enum status status = OK;
    joiner->next = task->joiners;
    task->joiners = joiner;
    while (!joiner->done && !status) {
        status = task_wait(&lock, deadline);
        if (!joiner->done && !status)
            task_waste();
    }
    if (!joiner->done)
        leave_joiners(task, joiner);
    return joiner->done ? OK : status;
}

enum status task_join(struct task *task, uint64_t deadline, enum status *exit_status)
{
    task_expect("join");
    if (task == task_current() || task->state == TASK_UNUSED)
        return ERR_INVALID;
    enum status status = OK;
    bool enabled = lock_acquire(&lock);
    struct task_joiner joiner = {.task = task_current(), .exit_status = task->exit_status};
    if (task->state != TASK_EXITED)
        status = await_exit(task, &joiner, deadline);
    lock_release(&lock, enabled);
    if (!status && exit_status)
        *exit_status = joiner.exit_status;
    return status;
}

/* Forgets the running task's children that have exited. Whether there are others, which are urged.
 */
static bool forget_children(enum urging urging)
{
    const struct task *self = task_current();
    bool any = false;
    bool enabled = lock_acquire(&lock);
    for (struct task **link = &tasks; *link;) {
        struct task *child = *link;
        if (child->parent == self && child->state == TASK_EXITED) {
            task_await_left(child);
            *link = child->next;
            child->state = TASK_UNUSED;
            continue;
        }
        if (child->parent == self) {
            any = true;
            if (CONFIG_PREEMPTION && urging == ENDING)
                task_end(child);
            else if (urging)
                task_cancel(child);
        }
        link = &child->next;
    }
    lock_release(&lock, enabled);
    return any;
}

enum status task_end_children(uint64_t deadline, bool by_force)
{
    task_expect("end of children");
    const enum urging urging = CONFIG_PREEMPTION && by_force ? ENDING : CANCELLING;
    bool again = true;
    while (forget_children(again ? urging : NO_URGING)) {
        uint64_t now = clock_now();
        if (now >= deadline)
            return ERR_TIMEOUT;
        again = event_wait(&task_current()->children, now + URGE_AGAIN) == ERR_TIMEOUT;
    }
    return OK;
}

bool task_is_cancelled(void)
{
    task_expect("cancellation");
    return task_current()->cancelled;
}

enum status task_forget(struct task *task)
{
    enum status status = OK;
    bool enabled = lock_acquire(&lock);
    if (task->state == TASK_EXITED) {
        task_await_left(task);
        *find_link(task) = task->next;
        task->state = TASK_UNUSED;
    } else if (task->state != TASK_UNUSED) {
        status = ERR_BUSY;
    }
    lock_release(&lock, enabled);
    return status;
}

struct task *task_first(void)
{
    return tasks;
}

const char *task_state_name(enum task_state state)
{
    static const char *const names[] = {"unused", "ready",  "running",
                                        "parked", "exited", "throttled"};
    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}
