/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The scheduler of one core; task.h says what holds. The kernel's own context is where no task
 * runs: it is entered when the ready bitmap is empty and left as soon as it is not.
 */
#include <kernel/task.h>

#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/stack.h>

struct queue {
    struct task *first;
    struct task *last;
};

/* A task in task_join, on its own stack. */
struct task_joiner {
    struct task *task;
    struct task_joiner *next;
    enum status exit_status;
    bool done; /* the other has exited, and this is no longer in its list */
};

static struct queue queues[TASK_PRIORITIES];
static uint32_t ready; /* bit p: queue p is not empty */
static struct task *current;
static struct task *tasks;
static struct arch_context kernel_context;

static void make_ready(struct task *task)
{
    struct queue *queue = &queues[task->priority];
    task->state = TASK_READY;
    task->queue_next = NULL;
    if (queue->first)
        queue->last->queue_next = task;
    else
        queue->first = task;
    queue->last = task;
    ready |= UINT32_C(1) << task->priority;
}

/* Takes the task that is to run next; NULL if none is ready. */
static struct task *take_ready(void)
{
    if (!ready)
        return NULL;
    unsigned priority = (unsigned)__builtin_ctz(ready);
    struct queue *queue = &queues[priority];
    struct task *task = queue->first;
    queue->first = task->queue_next;
    if (!queue->first)
        ready &= ~(UINT32_C(1) << priority);
    return task;
}

static void count_run(struct task_usage *usage, uint64_t length)
{
    usage->running += length;
    usage->runs++;
    if (usage->longest < length)
        usage->longest = length;
}

/* Runs the next task, or the kernel's context if none is ready. Returns when the caller's context
 * is chosen again. Interrupts masked. */
static void reschedule(void)
{
    struct task *from = current;
    struct task *to = take_ready();
    uint64_t now = clock_now();
    current = to;
    if (from)
        count_run(&from->usage, now - from->run_start);
    if (to) {
        to->state = TASK_RUNNING;
        to->run_start = now;
    }
    if (from != to)
        arch_context_switch(from ? &from->context : &kernel_context,
                            to ? &to->context : &kernel_context);
}

static void task_begin(void *argument)
{
    struct task *task = argument;
    arch_interrupts_restore(true);
    task->entry(task->argument);
    task_exit(OK);
}

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
    if (parameters->priority >= TASK_PRIORITIES || !stack_is_usable(&parameters->stack))
        return ERR_INVALID;
    if (task->state != TASK_UNUSED && task->state != TASK_EXITED)
        return ERR_BUSY;

    stack_paint(&parameters->stack, NULL);
    bool enabled = arch_interrupts_disable();
    if (task->state == TASK_UNUSED) {
        struct task **link = find_link(NULL);
        task->next = NULL;
        *link = task;
    }
    task->name = parameters->name;
    task->stack = parameters->stack;
    task->priority = parameters->priority;
    task->entry = parameters->entry;
    task->argument = parameters->argument;
    task->parent = current;
    task->children = (struct event){0};
    task->joiners = NULL;
    task->exit_status = OK;
    task->usage = (struct task_usage){0};
    task->cancelled = task->cancel_pending = false;
    arch_context_init(&task->context, task->stack.base, task->stack.size, task_begin, task);
    make_ready(task);
    arch_interrupts_restore(enabled);
    return OK;
}

struct task *task_current(void)
{
    return current;
}

const char *task_current_name(void)
{
    return current ? current->name : "kernel";
}

/* Only a task can give the processor up: the kernel's context and interrupts have nothing to return
 * to. */
static void expect_task(const char *what)
{
    if (!current || arch_in_interrupt())
        panic("%s outside a task", what);
}

void task_yield(void)
{
    expect_task("yield");
    bool enabled = arch_interrupts_disable();
    current->usage.yields++;
    make_ready(current);
    reschedule();
    arch_interrupts_restore(enabled);
}

/* The deadline of a task_park has come. */
static void time_out(struct alarm *alarm)
{
    struct task *task = (struct task *)(void *)((char *)alarm - offsetof(struct task, alarm));
    task_wake(task, ERR_TIMEOUT);
}

enum status task_park(uint64_t deadline)
{
    expect_task("wait");
    struct task *task = current;
    if (task->cancel_pending) {
        task->cancel_pending = false;
        return ERR_CANCELLED;
    }
    task->state = TASK_PARKED;
    if (deadline != CLOCK_NEVER)
        clock_arm(&task->alarm, time_out, deadline);
    reschedule();
    return task->park_status;
}

enum status task_sleep_until(uint64_t deadline)
{
    enum status status = OK;
    bool enabled = arch_interrupts_disable();
    while (status != ERR_CANCELLED && clock_now() < deadline)
        status = task_park(deadline);
    arch_interrupts_restore(enabled);
    return status == ERR_CANCELLED ? status : OK;
}

void task_wake(struct task *task, enum status status)
{
    bool enabled = arch_interrupts_disable();
    if (task->state == TASK_PARKED) {
        clock_disarm(&task->alarm);
        task->park_status = status;
        make_ready(task);
    }
    arch_interrupts_restore(enabled);
}

static void wake_joiners(struct task *task)
{
    while (task->joiners) {
        struct task_joiner *joiner = task->joiners;
        task->joiners = joiner->next;
        joiner->exit_status = task->exit_status;
        joiner->done = true;
        task_wake(joiner->task, OK);
    }
}

noreturn void task_exit(enum status status)
{
    expect_task("exit");
    arch_interrupts_disable();
    struct task *task = current;
    task->state = TASK_EXITED;
    task->exit_status = status;
    wake_joiners(task);
    for (struct task *other = tasks; other; other = other->next)
        if (other->parent == task)
            other->parent = task->parent;
    if (task->parent)
        event_signal(&task->parent->children);
    reschedule();
    __builtin_unreachable();
}

static void leave_joiners(struct task *task, const struct task_joiner *joiner)
{
    struct task_joiner **link = &task->joiners;
    while (*link != joiner)
        link = &(*link)->next;
    *link = joiner->next;
}

enum status task_join(struct task *task, uint64_t deadline, enum status *exit_status)
{
    expect_task("join");
    if (task == current || task->state == TASK_UNUSED)
        return ERR_INVALID;
    enum status status = OK;
    bool enabled = arch_interrupts_disable();
    struct task_joiner joiner = {.task = current, .exit_status = task->exit_status, .done = true};
    if (task->state != TASK_EXITED) {
        joiner.done = false;
        joiner.next = task->joiners;
        task->joiners = &joiner;
        while (!joiner.done && !status)
            status = task_park(deadline);
        if (!joiner.done)
            leave_joiners(task, &joiner);
    }
    arch_interrupts_restore(enabled);
    if (!joiner.done)
        return status;
    if (exit_status)
        *exit_status = joiner.exit_status;
    return OK;
}

void task_cancel(struct task *task)
{
    bool enabled = arch_interrupts_disable();
    if (task->state != TASK_UNUSED && task->state != TASK_EXITED) {
        task->cancelled = true;
        task->cancel_pending = task->state != TASK_PARKED;
        task_wake(task, ERR_CANCELLED);
    }
    arch_interrupts_restore(enabled);
}

bool task_is_cancelled(void)
{
    expect_task("cancellation");
    return current->cancelled;
}

enum status task_forget(struct task *task)
{
    if (task->state == TASK_UNUSED)
        return OK;
    if (task->state != TASK_EXITED)
        return ERR_BUSY;
    bool enabled = arch_interrupts_disable();
    *find_link(task) = task->next;
    task->state = TASK_UNUSED;
    arch_interrupts_restore(enabled);
    return OK;
}

noreturn void task_run(void)
{
    for (;;) {
        arch_interrupts_disable();
        if (ready)
            reschedule();
        log_drain();
        if (!ready)
            arch_idle();
        arch_interrupts_restore(true);
    }
}

struct task_usage task_usage(const struct task *task)
{
    bool enabled = arch_interrupts_disable();
    struct task_usage usage = task->usage;
    if (task->state == TASK_RUNNING)
        count_run(&usage, clock_now() - task->run_start);
    arch_interrupts_restore(enabled);
    return usage;
}

struct task *task_first(void)
{
    return tasks;
}

const char *task_state_name(enum task_state state)
{
    static const char *const names[] = {"unused", "ready", "running", "parked", "exited"};
    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}
