/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See status.h. It keeps nothing: each answer is what is so when it is asked.
 */
#include <services/status/status.h>

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <status_interface.h>

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

static enum status tell_task(void *context, const struct status_task_request *request,
                             struct status_task_reply *reply)
{
    (void)context;
    const struct task *task = task_first();
    for (unsigned i = 0; task && i < request->index; i++)
        task = task->next;
    if (!task)
        return ERR_NOT_FOUND;
    format_text(reply->name, sizeof(reply->name), "%s", task->name);
    reply->state = (enum status_task_state)task->state;
    reply->priority = task->priority;
    reply->stack = (uint32_t)task->stack.size;
    return OK;
}

void status_main(const struct service *service)
{
    static const struct status_server server = {.node = tell_node, .task = tell_task};
    struct capability receiving;
    enum status status = status_provide(service->holder, &receiving);
    while (status == OK)
        status = status_serve(&server, NULL, service->holder, receiving, NULL, CLOCK_NEVER);
    log_error("status", "it serves no more: %s", status_text(status));
}
