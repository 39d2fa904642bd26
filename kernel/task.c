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

/* Runs the next task, or the kernel's context if none is ready. Returns when the caller's context
 * is chosen again. Interrupts masked. */
static void reschedule(void)
{
    struct task *from = current;
    struct task *to = take_ready();
    current = to;
    if (to)
        to->state = TASK_RUNNING;
    if (from != to)
        arch_context_switch(from ? &from->context : &kernel_context,
                            to ? &to->context : &kernel_context);
}

static void task_begin(void *argument)
{
    struct task *task = argument;
    arch_interrupts_restore(true);
    task->entry(task->argument);
    task_exit();
}

static void add_to_all(struct task *task)
{
    struct task **link = &tasks;
    while (*link)
        link = &(*link)->next;
    task->next = NULL;
    *link = task;
}

enum status task_spawn(struct task *task, const struct task_parameters *parameters)
{
    if (parameters->priority >= TASK_PRIORITIES || !stack_is_usable(&parameters->stack))
        return ERR_INVALID;
    if (task->state != TASK_UNUSED && task->state != TASK_EXITED)
        return ERR_BUSY;

    stack_paint(&parameters->stack, NULL);
    bool enabled = arch_interrupts_disable();
    if (task->state == TASK_UNUSED)
        add_to_all(task);
    task->name = parameters->name;
    task->stack = parameters->stack;
    task->priority = parameters->priority;
    task->entry = parameters->entry;
    task->argument = parameters->argument;
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
    task->state = TASK_PARKED;
    if (deadline != CLOCK_NEVER)
        clock_arm(&task->alarm, time_out, deadline);
    reschedule();
    return task->park_status;
}

void task_sleep_until(uint64_t deadline)
{
    bool enabled = arch_interrupts_disable();
    while (clock_now() < deadline)
        task_park(deadline);
    arch_interrupts_restore(enabled);
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

noreturn void task_exit(void)
{
    arch_interrupts_disable();
    current->state = TASK_EXITED;
    reschedule();
    __builtin_unreachable();
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

struct task *task_first(void)
{
    return tasks;
}

const char *task_state_name(enum task_state state)
{
    static const char *const names[] = {"unused", "ready", "running", "parked", "exited"};
    return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "?";
}
