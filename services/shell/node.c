/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The command `node`: what the status service says, asked as any client would.
 */
#include "commands.h"

#include <kernel/clock.h>
#include <status_interface.h>

enum { PATIENCE = 1000000000 }; /* ns that the service may take for an answer */

static uint64_t deadline(void)
{
    return clock_now() + PATIENCE;
}

static const char *const states[] = {
    [STATUS_TASK_STATE_UNUSED] = "unused",   [STATUS_TASK_STATE_READY] = "ready",
    [STATUS_TASK_STATE_RUNNING] = "running", [STATUS_TASK_STATE_PARKED] = "parked",
    [STATUS_TASK_STATE_EXITED] = "exited",
};

static enum status print_tasks(struct shell *shell, struct capability channel)
{
    for (uint16_t i = 0;; i++) {
        const struct status_task_request request = {.index = i};
        struct status_task_reply task;
        enum status status = status_task(shell_holder(shell), channel, &request, &task, deadline());
        if (status)
            return status == ERR_NOT_FOUND ? OK : status;
        shell_print(shell, "%-16s %-8s priority %u, stack %u\n", task.name, states[task.state],
                    (unsigned)task.priority, (unsigned)task.stack);
    }
}

static enum status print_node(struct shell *shell, struct capability channel)
{
    struct status_node_reply node;
    enum status status = status_node(shell_holder(shell), channel, &node, deadline());
    if (status)
        return status;
    shell_print(shell, "%s, version %s, up %u s, %u tasks\n", node.board, node.version,
                (unsigned)(node.uptime / 1000000000), (unsigned)node.tasks);
    return print_tasks(shell, channel);
}

void report_node(struct shell *shell, const char *argument)
{
    (void)argument;
    struct capability channel;
    enum status status = status_connect(shell_holder(shell), deadline(), &channel);
    if (status == OK) {
        status = print_node(shell, channel);
        capability_drop(shell_holder(shell), channel);
    }
    if (status)
        shell_print(shell, "node: %s\n", status_text(status));
}
