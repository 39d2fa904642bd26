/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See service.h. While a service's things are taken back its task runs the kernel's code: a fault
 * there is the kernel's.
 */
#include <kernel/service.h>

#include <kernel/board.h>
#include <kernel/capability.h>
#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/registry.h>
#include <kernel/task.h>

/* Whether what lies there is the service's. */
static bool belongs(const void *address, const void *owner)
{
    const struct service *service = owner;
    const struct service_data *data = &service->data;
    return (uintptr_t)address - (uintptr_t)data->start < (uintptr_t)(data->end - data->start) ||
           page_is_owned(&memory_pages, address, memory_owner(service));
}

/* Closes the channels that it receives from; of no other is it to be told any more. */
static void leave_channels(const struct service *service, const struct capability_holder *holder)
{
    uint32_t index = 0;
    struct channel *channel;
    while ((channel = capability_next(holder, &channel_type, CAPABILITY_READ, &index)))
        channel_close(channel);
    index = 0;
    while ((channel = capability_next(holder, &channel_type, 0, &index)))
        channel_unlisten(channel, belongs, service);
}

/* Those of every core: the task goes there. */
static void disarm_alarms(const struct service *service)
{
    struct task *task = task_current();
    unsigned home = task_core(task);
    clock_disarm_all(belongs, service);
    for (unsigned core = 0; CONFIG_CORES > 1 && core < CONFIG_CORES; core++)
        if (core != home && !task_move(task, core))
            clock_disarm_all(belongs, service);
    if (CONFIG_CORES > 1)
        task_move(task, home);
}

/* Ends the tasks that it spawned. */
static bool end_children(const struct service *service)
{
    if (!task_end_children(clock_now() + TASKS_PATIENCE, false))
        return true;
    if (!CONFIG_PREEMPTION)
        return false;
    log_error(service->name, "a task of it ignores that it is cancelled, and is ended");
    return !task_end_children(clock_now() + TASKS_PATIENCE, true);
}

/* False if a task of it may still use what it has. */
static bool take_back(const struct service *service)
{
    registry_unbind(service->holder);
    bool all = end_children(service);
    for (const struct capability_holder *one = service->holder; one; one = one->attached)
        leave_channels(service, one);
    capability_holder_end(service->holder);
    if (CONFIG_LOG)
        log_unfollow_all(belongs, service);
    if (!all) {
        log_error(service->name, "a task of it does not end: its memory stays");
        return false;
    }
    disarm_alarms(service);
    size_t pages = page_free_all(&memory_pages, memory_owner(service));
    log_info(service->name, "%zu pages taken back", pages);
    return true;
}

/* Makes its data what it was at boot. Not instrumented: between variables lie red zones. */
__attribute__((no_sanitize("address"))) static void restore(const struct service_data *data)
{
    const uint8_t *from = data->initial;
    volatile uint8_t *to = data->start;
    while (to < data->zero)
        *to++ = *from++;
    while (to < data->end)
        *to++ = 0;
}

static uint64_t delay(const struct service *service, uint32_t row)
{
    uint64_t length = service->restart_delay;
    for (; row > 0 && length < RESTART_DELAY_MAX; row--)
        length *= 2;
    return length < RESTART_DELAY_MAX ? length : RESTART_DELAY_MAX;
}

/* Waits until it is time for the next life. False if there is to be none. */
static bool wait_for_next(const struct service *service, struct service_life *life)
{
    if (clock_now() - life->began >= SOUND_LIFE)
        life->row = 0;
    if (task_is_cancelled() || !service->restart_limit)
        return false;
    if (life->row >= service->restart_limit) {
        log_error(service->name, "failed too often: does not start again");
        return false;
    }
    uint64_t length = delay(service, life->row);
    log_info(service->name, "starts again in %lu ms", (unsigned long)(length / 1000000));
    if (task_sleep_until(clock_now() + length))
        return false;
    life->row++;
    life->restarts++;
    return true;
}

/* Ends a life. Whether the next is to begin, now. Not inlined: what it needs of the stack is not to
 * lie below the next life. */
__attribute__((noinline)) static bool end_life(const struct service *service, enum status status)
{
    struct task *task = task_current();
    struct service_life *life = service->life;
    bool failed = status && status != ERR_CANCELLED;
    task->in_kernel = true;
    life->status = status;
    if (failed)
        log_error(service->name, "failed: %s%s%s", status_text(status),
                  service->needed_by ? "; needed by " : "",
                  service->needed_by ? service->needed_by : "");
    else
        log_info(service->name, "ended: %s", status_text(status));
    bool again = take_back(service) && failed && wait_for_next(service, life);
    if (again)
        restore(&service->data);
    task->in_kernel = false;
    return again;
}

static enum status live(const struct service *service)
{
    service->life->began = clock_now();
    return service->main(service);
}

static void service_begin(void *argument)
{
    task_exit(live(argument));
}

/* Of a life that ended anyhow; the task has the last one's status. */
static enum status service_end(void *argument, enum status status)
{
    while (end_life(argument, status))
        status = live(argument);
    return status;
}

void services_start(void)
{
    for (size_t i = 0; i < board.service_count; i++) {
        const struct service *service = &board.services[i];
        const struct task_parameters parameters = {
            .name = service->name,
            .stack = service->stack,
            .priority = service->priority,
            .core = service->core,
            .limit = service->limit,
            .entry = service_begin,
            .end = service_end,
            .argument = (void *)service,
        };
        struct capability_holder *holder = service->holder;
        capability_holder_init(holder, holder->slots, holder->count);
        enum status status = task_spawn(&board.tasks[i], &parameters);
        if (status)
            log_error(service->name, "does not start: %s", status_text(status));
    }
}
