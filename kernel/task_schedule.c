/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Who runs when: the scheduler of each core; task.h says what holds. The kernel's own context is
 * where no task runs: it is entered when the ready bitmap is empty and left as soon as it is not.
 *
 * A core that has a request for another's task sets bits in the task's `requests` and, if it isn't
 * there, puts it into the other core's inbox. That core takes the bits back, or passes them on if
 * the task has moved. A task that exits takes no more of them.
 */
#include <kernel/task_schedule.h>

#include <kernel/lock.h>
#include <kernel/log.h>
#include <kernel/panic.h>

/* What a core has of its own. A queue is a ring, and the task that runs stays the first of its: so
 * that yielding is to make it the last. */
struct scheduler {
    struct task *last[TASK_PRIORITIES]; /* of each that is not empty; its next is the first */
    struct task *current;
    uint32_t ready; /* queue_bit(p): queue p is not empty */
    uintptr_t runs; /* that have begun, where nothing else tells them apart: begin_run */
    unsigned queue; /* that the current task is in: of its priority, unless it was preempted */
    struct arch_context kernel_context;
};

/* In `requests`: wake-ups with a status each from bit REQUEST_WAKE_SHIFT on. */
enum {
    REQUEST_QUEUED = 1 << 0, /* the task is in an inbox, or is about to be */
    REQUEST_REFUSED = 1 << 1,
    REQUEST_READY = 1 << 2, /* new, or come from another core */
    REQUEST_CANCEL = 1 << 3,
    REQUEST_END = 1 << 4,
    REQUEST_WAKE_SHIFT = 5,
};

_Static_assert(REQUEST_WAKE_SHIFT + STATUS_COUNT <= 32, "a bit a status");

static struct scheduler schedulers[CONFIG_CORES];
static struct inbox inboxes[CONFIG_CORES];
static struct task *switched_from[CONFIG_CORES]; /* during a switch; NULL: the kernel's context */
static atomic_uint turns[CONFIG_CORES];          /* task_turns */

static struct scheduler *here(void)
{
    return &schedulers[core_current()];
}

unsigned task_core(const struct task *task)
{
    return CONFIG_CORES > 1 ? atomic_load_explicit(&task->remote->core, memory_order_acquire) : 0;
}

static bool is_here(const struct task *task)
{
    return task_core(task) == core_current();
}

static bool is_leaving(const struct task *task)
{
    return CONFIG_CORES > 1 && atomic_load_explicit(&task->remote->destination,
                                                    memory_order_relaxed) != task_core(task);
}

static bool is_running(const struct task *task)
{
    return schedulers[task_core(task)].current == task;
}

enum task_state task_state(const struct task *task)
{
    return task->state == TASK_READY && is_running(task) ? TASK_RUNNING : task->state;
}

/* Asks the task's core for something. Interrupts masked. */
static void request(struct task *task, unsigned what)
{
    if (CONFIG_CORES == 1)
        return;
    struct task_remote *remote = task->remote;
    unsigned before = atomic_load_explicit(&remote->requests, memory_order_relaxed);
    do {
        if (before & REQUEST_REFUSED)
            return;
    } while (!atomic_compare_exchange_weak_explicit(&remote->requests, &before,
                                                    before | what | REQUEST_QUEUED,
                                                    memory_order_acq_rel, memory_order_relaxed));
    if (!(before & REQUEST_QUEUED)) {
        unsigned core = task_core(task);
        inbox_put(&inboxes[core], &remote->item);
        arch_core_signal(core); /* it may be this one, where the task has come meanwhile */
    }
}

/* Hands a READY task that this core is off to the core where it is to be. */
static void send_off(struct task *task)
{
    if (CONFIG_CORES == 1)
        return;
    struct task_remote *remote = task->remote;
    unsigned char to = atomic_load_explicit(&remote->destination, memory_order_relaxed);
    atomic_store_explicit(&remote->core, to, memory_order_release);
    request(task, REQUEST_READY);
}

/* In `ready`. The most urgent is the highest: not every CPU finds the lowest in one instruction. */
static uint32_t queue_bit(unsigned priority)
{
    return UINT32_C(1) << 31 >> priority;
}

/* Puts a task into a queue of this core. */
static void enqueue(struct task *task, unsigned priority)
{
    struct scheduler *scheduler = here();
    struct task *last = task;
    task->state = TASK_READY;
    if (scheduler->ready & queue_bit(priority))
        last = scheduler->last[priority];
    scheduler->ready |= queue_bit(priority);
    task->queue_next = last->queue_next;
    last->queue_next = task;
    scheduler->last[priority] = task;
}

/* Takes the current task out of its queue. */
static void dequeue(struct scheduler *scheduler, struct task *task)
{
    struct task *last = scheduler->last[scheduler->queue];
    last->queue_next = task->queue_next;
    if (last == task)
        scheduler->ready &= ~queue_bit(scheduler->queue);
}

static void make_ready(struct task *task)
{
    if (!is_leaving(task)) {
        enqueue(task, task->priority);
        return;
    }
    task->state = TASK_READY;
    send_off(task);
}

/* What tells the run that begins now from others of this core. */
static uintptr_t begin_run(struct scheduler *scheduler)
{
    return CONFIG_RUN_TIME ? clock_ticks() : ++scheduler->runs;
}

/* Makes the task current that is to run next, of those that there are. */
static struct task *choose(struct scheduler *scheduler, uintptr_t run)
{
    unsigned priority = (unsigned)__builtin_clz(scheduler->ready);
    struct task *task = scheduler->last[priority]->queue_next;
    scheduler->queue = priority;
    scheduler->current = task;
    task->run = run;
    return task;
}

/* Ticks are read without a barrier, so that a run may seem to have ended before it began: with 64
 * bits the length is negative then, and adds up all the same. */
static void count_run(struct task_counts *counts, uintptr_t length)
{
    counts->running += length;
    if ((int64_t)length > (int64_t)counts->longest)
        counts->longest = length;
}

/* First thing after every switch: this core is off the stack of the task that it ran before. */
static void finish_switch(void)
{
    if (CONFIG_CORES == 1)
        return;
    struct task *from = switched_from[core_current()];
    if (from && from->state == TASK_EXITED) {
        atomic_store_explicit(&from->remote->left, true, memory_order_release);
    } else if (from && from->remote->departs) {
        from->remote->departs = false;
        send_off(from);
    }
}

/* Only this core writes its own. Interrupts masked. */
static void count_turns(unsigned more)
{
    if (CONFIG_CORES == 1)
        return;
    atomic_uint *own = &turns[core_current()];
    atomic_store_explicit(own, atomic_load_explicit(own, memory_order_relaxed) + more,
                          memory_order_relaxed);
}

unsigned task_turns(unsigned core)
{
    return atomic_load_explicit(&turns[core], memory_order_relaxed);
}

/* Returns when the task is chosen again, which may be on another core. Interrupts masked. */
__attribute__((always_inline)) static inline void switch_to(struct task *from,
                                                            struct arch_context *to)
{
    if (CONFIG_CORES > 1)
        switched_from[core_current()] = from;
    arch_context_switch(&from->context, to);
    finish_switch();
}

/* Switches to one that is to end: as soon as it runs. Not in line, so that what goes on otherwise
 * needs no registers of its own. */
__attribute__((noinline)) static void switch_to_doomed(struct task *from, struct task *next)
{
    harmony_watch(next);
    if (next != from)
        switch_to(from, &next->context);
}

/* Ends the run of a task and makes the next one current; NULL if none is ready. */
__attribute__((always_inline)) static inline struct task *next_after(struct scheduler *scheduler,
                                                                     struct task *from)
{
    uintptr_t run = begin_run(scheduler);
    count_turns(2);
    if (CONFIG_RUN_TIME)
        count_run(&from->counts, run - from->run);
    if (scheduler->ready)
        return choose(scheduler, run);
    scheduler->current = NULL;
    return NULL;
}

/* Switches from a task to the next one, or to the kernel's context if none is ready; as switch_to.
 */
__attribute__((always_inline)) static inline void leave_now(struct scheduler *scheduler,
                                                            struct task *from)
{
    struct task *next = next_after(scheduler, from);
    if (!next)
        switch_to(from, &scheduler->kernel_context);
    else if (CONFIG_PREEMPTION && next->harmony.doomed)
        switch_to_doomed(from, next);
    else if (next != from)
        switch_to(from, &next->context);
}

static void leave(struct scheduler *scheduler, struct task *from)
{
    leave_now(scheduler, from);
}

/* Switches from the kernel's context to a task; returns when none is ready. Interrupts masked. */
static void enter(struct scheduler *scheduler)
{
    struct task *next = choose(scheduler, begin_run(scheduler));
    count_turns(2);
    if (CONFIG_PREEMPTION)
        harmony_watch(next);
    if (CONFIG_CORES > 1)
        switched_from[core_current()] = NULL;
    arch_context_switch(&scheduler->kernel_context, &next->context);
    finish_switch();
}

/* Only such a task is ever in another queue than its own, or without its full share. */
static bool is_disturbed(const struct task *task)
{
    return CONFIG_PREEMPTION && task->harmony.disturbed;
}

void task_await_left(const struct task *task)
{
    while (CONFIG_CORES > 1 && !atomic_load_explicit(&task->remote->left, memory_order_acquire))
        arch_spin();
}

/* All that is called here returns, and the last is not called but gone to: so that a large CPU, as
 * the task before goes on, has predicted whereto that returns. */
static void task_begin(void *argument)
{
    struct task *task = argument;
    finish_switch();
    arch_interrupts_restore(true);
    task->entry(task->argument);
    task_finish(task, OK);
    task_leave_stack();
}

void task_launch(struct task *task, unsigned core)
{
    arch_context_init(&task->context, task->stack.base, task->stack.size, task_begin, task);
    if (CONFIG_CORES > 1) {
        struct task_remote *remote = task->remote;
        unsigned char home = (unsigned char)(core_is_up(core) ? core : 0);
        atomic_store_explicit(&remote->core, home, memory_order_relaxed);
        atomic_store_explicit(&remote->destination, home, memory_order_relaxed);
        atomic_store_explicit(&remote->left, false, memory_order_relaxed);
        atomic_store_explicit(&remote->requests, 0, memory_order_relaxed);
        if (!is_here(task)) {
            task->state = TASK_READY;
            request(task, REQUEST_READY);
            return;
        }
    }
    make_ready(task);
}

struct task *task_current(void)
{
    return here()->current;
}

const char *task_current_name(void)
{
    const struct task *task = task_current();
    return task ? task->name : "kernel";
}

/* The scheduler of the task that this is. */
__attribute__((always_inline)) static inline struct scheduler *expect_task(const char *what)
{
    struct scheduler *scheduler = here();
    if (!scheduler->current || arch_in_interrupt())
        panic("%s outside a task", what);
    return scheduler;
}

void task_expect(const char *what)
{
    expect_task(what);
}

/* As task_yield, up to the switch, for a task that is disturbed or on its way to another core. */
static void yield_rarely(struct scheduler *scheduler, struct task *task)
{
    if (is_disturbed(task))
        harmony_recover(task);
    dequeue(scheduler, task);
    if (is_leaving(task))
        task->remote->departs = true;
    else
        enqueue(task, task->priority);
}

void task_yield(void)
{
    arch_interrupts_disable();
    struct scheduler *scheduler = expect_task("yield");
    struct task *task = scheduler->current;
    if (is_disturbed(task) || is_leaving(task))
        yield_rarely(scheduler, task);
    else
        scheduler->last[task->priority] = task;
    task->counts.yields++;
    leave_now(scheduler, task);
    arch_interrupts_restore(true);
}

enum status task_move(struct task *task, unsigned core)
{
    task_expect("move");
    if (!core_is_up(core))
        return ERR_INVALID;
    if (CONFIG_CORES > 1) {
        atomic_store_explicit(&task->remote->destination, (unsigned char)core,
                              memory_order_relaxed);
        if (task == task_current())
            task_yield();
    }
    return OK;
}

/* The task is of this core. Interrupts masked. */
static void wake(struct task *task, enum status status)
{
    if (task->state == TASK_PARKED) {
        if (task->alarm.armed)
            clock_disarm(&task->alarm);
        task->park_status = status;
        make_ready(task);
    }
}

static struct task *owner_of(struct alarm *alarm)
{
    return (struct task *)(void *)((char *)alarm - offsetof(struct task, alarm));
}

/* The deadline of a task_park has come. */
static void time_out(struct alarm *alarm)
{
    wake(owner_of(alarm), ERR_TIMEOUT);
}

/* Makes the running task PARKED. Returns false if its cancellation is pending instead. */
__attribute__((always_inline)) static inline bool begin_park(struct scheduler *scheduler,
                                                             struct task *task, uint64_t deadline)
{
    if (task->cancel_pending) {
        task->cancel_pending = false;
        return false;
    }
    if (is_disturbed(task))
        harmony_recover(task);
    task->state = TASK_PARKED;
    task->counts.waits++;
    if (deadline != CLOCK_NEVER)
        clock_arm(&task->alarm, time_out, deadline);
    dequeue(scheduler, task);
    return true;
}

enum status task_park(uint64_t deadline)
{
    struct scheduler *scheduler = expect_task("wait");
    struct task *task = scheduler->current;
    if (!begin_park(scheduler, task, deadline))
        return ERR_CANCELLED;
    leave_now(scheduler, task);
    return task->park_status;
}

enum status task_wait(struct lock *held, uint64_t deadline)
{
    lock_leave(held);
    enum status status = task_park(deadline);
    lock_nest(held);
    return status;
}

struct arch_context *task_wait_begin(struct lock *held, uint64_t deadline)
{
    if (!ARCH_SWITCHES_IN_LINE)
        return NULL;
    struct scheduler *scheduler = expect_task("wait");
    struct task *task = scheduler->current;
    lock_leave(held);
    if (!begin_park(scheduler, task, deadline)) {
        task->park_status = ERR_CANCELLED;
        return NULL;
    }
    struct task *next = next_after(scheduler, task);
    if (CONFIG_CORES > 1)
        switched_from[core_current()] = task;
    if (!next)
        return &scheduler->kernel_context;
    if (CONFIG_PREEMPTION && next->harmony.doomed)
        harmony_watch(next);
    return &next->context;
}

void task_arrive(void)
{
    finish_switch();
}

enum status task_sleep_until(uint64_t deadline)
{
    enum status status = OK;
    bool enabled = arch_interrupts_disable();
    while (status != ERR_CANCELLED && clock_now() < deadline) {
        status = task_park(deadline);
        if (!status)
            task_waste();
    }
    arch_interrupts_restore(enabled);
    return status == ERR_CANCELLED ? status : OK;
}

void task_wake_masked(struct task *task, enum status status)
{
    if (is_here(task))
        wake(task, status);
    else
        request(task, 1U << (REQUEST_WAKE_SHIFT + status));
}

void task_wake(struct task *task, enum status status)
{
    bool enabled = arch_interrupts_disable();
    task_wake_masked(task, status);
    arch_interrupts_restore(enabled);
}

void task_waste(void)
{
    task_current()->harmony.wasted++;
}

void task_refuse_requests(struct task *task)
{
    if (CONFIG_CORES == 1)
        return;
    atomic_uint *requests = &task->remote->requests;
    atomic_fetch_or_explicit(requests, REQUEST_REFUSED, memory_order_acq_rel);
    while (atomic_load_explicit(requests, memory_order_acquire) & REQUEST_QUEUED) {
        task_serve_requests();
        arch_spin();
    }
}

void task_leave_stack(void)
{
    struct scheduler *scheduler = here();
    struct task *task = scheduler->current;
    arch_context_end(&task->context);
    dequeue(scheduler, task);
    leave(scheduler, task);
}

/* The pause of a parasite is over. */
static void end_pause(struct alarm *alarm)
{
    struct task *task = owner_of(alarm);
    enqueue(task, task->priority);
}

void task_preempt(void)
{
    struct scheduler *scheduler = here();
    struct task *task = scheduler->current;
    uint64_t pause = harmony_preempt(task);
    if (CONFIG_PREEMPTION && task->harmony.doomed) {
        task_retire(task, ERR_CANCELLED);
        task_leave_stack();
    }
    task->counts.preempted++;
    dequeue(scheduler, task);
    if (pause) {
        task->state = TASK_THROTTLED;
        clock_arm(&task->alarm, end_pause, clock_now() + pause);
    } else {
        enqueue(task, TASK_PRIORITIES - 1);
    }
    leave(scheduler, task);
}

/* As wake. */
static void cancel(struct task *task)
{
    if (task->state != TASK_UNUSED && task->state != TASK_EXITED) {
        task->cancelled = true;
        task->cancel_pending = task->state != TASK_PARKED;
        wake(task, ERR_CANCELLED);
    }
}

/* As wake. */
static void end(struct task *task)
{
    if (task->state == TASK_UNUSED || task->state == TASK_EXITED)
        return;
    task->harmony.doomed = true;
    cancel(task);
    if (task->state == TASK_THROTTLED) {
        clock_disarm(&task->alarm);
        enqueue(task, task->priority);
    }
    if (task == here()->current)
        harmony_preempt_soon();
}

/* Does what is asked of a task of this core. Interrupts masked. */
static void act(struct task *task, unsigned asked)
{
    /* A task that becomes ready may be gone from here: no more than one of these makes it so. */
    if (CONFIG_PREEMPTION && asked & REQUEST_END)
        end(task);
    else if (asked & REQUEST_CANCEL)
        cancel(task);
    else if (asked >> REQUEST_WAKE_SHIFT)
        wake(task, (enum status)__builtin_ctz(asked >> REQUEST_WAKE_SHIFT));
}

/* Does it, or asks the task's core to. */
static void demand(struct task *task, unsigned what)
{
    bool enabled = arch_interrupts_disable();
    if (is_here(task))
        act(task, what);
    else
        request(task, what);
    arch_interrupts_restore(enabled);
}

void task_cancel(struct task *task)
{
    demand(task, REQUEST_CANCEL);
}

void task_end(struct task *task)
{
    demand(task, REQUEST_END);
}

/* Does what was asked of a task, or passes it on to where the task is by now. */
static void serve(struct task *task)
{
    atomic_uint *requests = &task->remote->requests;
    unsigned asked = atomic_fetch_and_explicit(requests, REQUEST_REFUSED, memory_order_acq_rel);
    asked &= ~(unsigned)(REQUEST_QUEUED | REQUEST_REFUSED);
    if (!is_here(task)) {
        request(task, asked);
        return;
    }
    act(task, asked);
    if (asked & REQUEST_READY)
        make_ready(task);
}

void task_serve_requests(void)
{
    struct inbox_item *item = inbox_take(&inboxes[core_current()]);
    while (item) {
        struct task_remote *remote =
            (struct task_remote *)(void *)((char *)item - offsetof(struct task_remote, item));
        item = item->next;
        serve((struct task *)(void *)((char *)remote - offsetof(struct task, remote)));
    }
}

noreturn void task_run(void)
{
    struct scheduler *scheduler = here();
    for (;;) {
        arch_interrupts_disable();
        if (scheduler->ready)
            enter(scheduler);
        if (CONFIG_LOG && core_current() == 0)
            log_drain();
        if (!scheduler->ready) {
            count_turns(1);
            arch_idle();
            count_turns(1);
        }
        arch_interrupts_restore(true);
    }
}

struct task_usage task_usage(const struct task *task)
{
    bool enabled = arch_interrupts_disable();
    struct task_counts counts = task->counts;
    int64_t length = CONFIG_RUN_TIME ? (int64_t)(clock_ticks() - task->run) : 0;
    bool runs = is_running(task) && length >= 0; /* elsewhere it may start right now */
    if (CONFIG_RUN_TIME && runs)
        count_run(&counts, (uintptr_t)length);
    arch_interrupts_restore(enabled);
    return (struct task_usage){
        .running = clock_length(counts.running),
        .longest = clock_length(counts.longest),
        .runs = counts.yields + counts.waits + counts.preempted + runs,
        .yields = counts.yields,
    };
}
