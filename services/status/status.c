/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See status.h. It keeps nothing: each answer is what is so when it is asked.
 */
#include <services/status/status.h>

#include <kernel/budget.h>
#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/harmony.h>
#include <kernel/log.h>
#include <kernel/registry.h>
#include <kernel/serial.h>
#include <kernel/stack.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <status_interface.h>
#include <string.h>

_Static_assert((int)STATUS_TASK_STATE_UNUSED == TASK_UNUSED &&
                   (int)STATUS_TASK_STATE_READY == TASK_READY &&
                   (int)STATUS_TASK_STATE_RUNNING == TASK_RUNNING &&
                   (int)STATUS_TASK_STATE_PARKED == TASK_PARKED &&
                   (int)STATUS_TASK_STATE_EXITED == TASK_EXITED,
               "the interface has the kernel's states");

static enum status tell_node(void *context, struct status_node_reply *reply)
{
    (void)context;
    format_text(reply->board, sizeof(reply->board), "%s", board.name);
    format_text(reply->version, sizeof(reply->version), "%s", RANVIER_VERSION);
    reply->uptime = clock_now();
    for (const struct task *task = task_first(); task; task = task->next)
        reply->tasks++;
    return OK;
}

static const struct task *find_task(unsigned index)
{
    const struct task *task = task_first();
    while (task && index-- > 0)
        task = task->next;
    return task;
}

static enum status tell_task(void *context, const struct status_task_request *request,
                             struct status_task_reply *reply)
{
    (void)context;
    const struct task *task = find_task(request->index);
    if (!task)
        return ERR_NOT_FOUND;
    format_text(reply->name, sizeof(reply->name), "%s", task->name);
    reply->state = task->state == TASK_THROTTLED ? STATUS_TASK_STATE_READY /* but for its pause */
                                                 : (enum status_task_state)task_state(task);
    reply->priority = task->priority;
    reply->stack = (uint32_t)task->stack.size;
    return OK;
}

static enum status tell_usage(void *context, const struct status_usage_request *request,
                              struct status_usage_reply *reply)
{
    (void)context;
    const struct task *task = find_task(request->index);
    if (!task)
        return ERR_NOT_FOUND;
    const struct task_usage usage = task_usage(task);
    format_text(reply->name, sizeof(reply->name), "%s", task->name);
    format_text(reply->parent, sizeof(reply->parent), "%s",
                task->parent ? task->parent->name : "kernel");
    format_text(reply->state, sizeof(reply->state), "%s", task_state_name(task_state(task)));
    reply->priority = task->priority;
    reply->core = (uint8_t)task_core(task);
    reply->running = usage.running;
    reply->longest = usage.longest;
    reply->runs = usage.runs;
    reply->has_measured = reply->has_scored = true;
    reply->measured = CONFIG_RUN_TIME;
    reply->scored = CONFIG_HARMONY;
    if (CONFIG_HARMONY)
        reply->harmony = (uint16_t)harmony_of(task);
    reply->stack = (uint32_t)(task->stack.size - task->stack.guard);
    reply->stack_used = (uint32_t)stack_used(&task->stack);
    return OK;
}

static enum status tell_memory(void *context, const struct status_memory_request *request,
                               struct status_memory_reply *reply)
{
    (void)context;
    if (request->index > board.service_count)
        return ERR_NOT_FOUND;
    const struct budget *budget = &board.budgets[request->index];
    format_text(reply->owner, sizeof(reply->owner), "%s", budget->owner);
    reply->limit = budget->limit;
    reply->used = budget->used;
    reply->peak = budget->peak;
    reply->refused = budget->refused;
    return OK;
}

static enum status tell_channel(void *context, const struct status_channel_request *request,
                                struct status_channel_reply *reply)
{
    (void)context;
    const struct channel *channel = registry_channel(request->index);
    if (!channel)
        return ERR_NOT_FOUND;
    format_text(reply->name, sizeof(reply->name), "%s", channel->name);
    reply->waiting = (uint16_t)channel_count(channel);
    reply->capacity = channel->capacity;
    return OK;
}

static enum status tell_drops(void *context, struct status_drops_reply *reply)
{
    (void)context;
    reply->log = log_dropped_count();
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        if (strcmp(device->driver->class, "serial") == 0 && device_is_up(device))
            reply->serial += serial(device)->overruns(device);
    }
    return OK;
}

enum status status_main(const struct service *service)
{
    static const struct status_server server = {.node = tell_node,
                                                .task = tell_task,
                                                .usage = tell_usage,
                                                .memory = tell_memory,
                                                .channel = tell_channel,
                                                .drops = tell_drops};
    struct capability receiving;
    enum status status = status_provide(service->holder, &receiving);
    while (status == OK)
        status = status_serve(&server, NULL, service->holder, receiving, NULL, CLOCK_NEVER);
    return status;
}
