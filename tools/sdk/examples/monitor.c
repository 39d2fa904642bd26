/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A monitor: asks the service status which tasks its node runs, and how much of its memory each
 * owner has. What a call's request and reply are stands in <service>_agent.h, which make prints
 * from the service's interface.yaml. Grants: log status.*
 */
#include <ranvier.h>
#include <status_agent.h>

static void print_row(const char *name, uint64_t number, const char *unit)
{
    ranvier_print(name);
    ranvier_print(" ");
    ranvier_print_number(number);
    ranvier_print(unit);
}

/* How many tasks the node has; each is logged. */
RANVIER_EXPORT(tasks) uint32_t tasks(void)
{
    struct status_task_request request = {0};
    struct status_task_reply task;
    while (status_task(&request, &task) == RANVIER_OK) {
        print_row(task.name, task.stack, " bytes of stack\n");
        request.index++;
    }
    return request.index;
}

RANVIER_EXPORT(_start) void start(void)
{
    struct status_memory_request request = {0};
    struct status_memory_reply memory;
    struct status_node_reply node;
    if (status_node(&node) == RANVIER_OK)
        print_row(node.board, node.uptime / RANVIER_SECOND, " s up\n");
    for (; status_memory(&request, &memory) == RANVIER_OK; request.index++)
        print_row(memory.owner, memory.used, " bytes\n");
}
