/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cells.h: the service's task.
 */
#include <services/cells/cells.h>

#include <services/cells/calls.h>
#include <services/cells/image.h>
#include <services/cells/service_call.h>

#include <kernel/channel.h>
#include <kernel/clock.h>
#include <kernel/memory.h>
#include <kernel/task.h>
#include <string.h>

static struct cells node;
static struct callers callers;

static void begin(const struct service *service, struct channel *channel)
{
    const struct cells_config *config = service->config;
    const struct cells_parameters parameters = {
        .pool = &memory_pages,
        .owner = memory_owner(service),
        .labels = config->labels,
        .node = board.name,
        .quota = config->quota,
        .cell_limit = config->agents,
        .fuel = config->fuel,
        .slice = config->slice,
        .services = agent_services,
    };
    const struct callers_parameters calling = {
        .cells = &node,
        .holder = service->holder,
        .stack = service->stack,
        .priority = service->priority,
        .patience = config->patience,
    };
    cells_init(&node, &parameters);
    callers_begin(&callers, &calling);
    random_stir(&node, board.configuration_hash, strlen(board.configuration_hash));
    node.wake = channel;
}

/* Answers every call that waits; with nothing to run, waits for one until `deadline`. */
static enum status serve(const struct service *service, struct capability receiving,
                         uint64_t deadline)
{
    enum status status;
    do {
        uint32_t woken;
        status =
            cells_serve(&cells_calls_server, &node, service->holder, receiving, &woken, deadline);
        if (status == OK && woken)
            cells_woken(&node, woken);
        deadline = 0;
    } while (status == OK);
    return status == ERR_WOULD_BLOCK || status == ERR_TIMEOUT ? OK : status;
}

enum status cells_main(const struct service *service)
{
    struct capability receiving;
    void *channel;
    enum status status = cells_provide(service->holder, &receiving);
    if (status == OK)
        status = capability_resolve(service->holder, receiving, &channel_type, CAPABILITY_READ,
                                    &channel);
    if (status)
        return status;
    begin(service, channel);
    image_start(&node, agent_images);
    while (status == OK) {
        uint64_t next = cells_run(&node);
        status = serve(service, receiving, next);
        if (next == 0)
            task_yield();
    }
    return status; /* its tasks end and its pages are free with its life: kernel/service.h */
}
