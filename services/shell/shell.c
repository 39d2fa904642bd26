/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See shell.h: its terminals from the board's file, and a console on each. The first console has
 * the service's task; each other one has its own task, stack and memory, pages of the service.
 */
#include <services/shell/shell.h>

#include "blocks.h"
#include "console.h"

#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/memory.h>
#include <kernel/task.h>

/* A console beside the first. */
struct seat {
    struct console console;
    struct task task;
    const struct service *service;
    uint16_t port;
    char name[16];
};

static struct console console;

static enum status open_terminal(const struct service *service)
{
    const struct shell_config *config = service->config;
    if (CONFIG_SERVICE_SERMUX && config->has_port)
        return terminal_open_port(&console.terminal, config->port, service);
    if (!config->device) {
        log_error("shell",
                  "the board's file gives it neither `device:` nor the `port:` of a sermux");
        return ERR_INVALID;
    }
    terminal_open_serial(&console.terminal, config->device);
    console.writes_log = config->device == board.console;
    return OK;
}

/* --- more than one */

static void seat_main(void *argument)
{
    struct seat *seat = argument;
    const struct shell_config *config = seat->service->config;
    enum status status = terminal_open_port(&seat->console.terminal, seat->port, seat->service);
    if (!status)
        status = console_open(&seat->console, seat->service);
    if (status) {
        log_error("shell", "port %u: %s", seat->port, status_text(status));
        return;
    }
    console_run(&seat->console, config->start);
    session_close(&seat->console.shell);
}

/* What it takes is given back when the service ends. */
static enum status add_seat(const struct service *service, uint16_t port)
{
    const size_t owner = memory_owner(service);
    void *memory, *stack;
    enum status status = page_allocate(&memory_pages, owner,
                                       page_order(&memory_pages, sizeof(struct seat)), &memory);
    if (!status)
        status = page_allocate(&memory_pages, owner, page_order(&memory_pages, service->stack.size),
                               &stack);
    if (status)
        return status;
    struct seat *seat = memory;
    *seat = (struct seat){.service = service, .port = port};
    format_text(seat->name, sizeof(seat->name), "shell-%u", port);
    const struct task_parameters parameters = {
        .name = seat->name,
        .stack = {.base = stack, .size = service->stack.size, .guard = service->stack.guard},
        .priority = service->priority,
        .entry = seat_main,
        .argument = seat,
    };
    return task_spawn(&seat->task, &parameters);
}

static enum status add_seats(const struct service *service)
{
    const struct shell_config *config = service->config;
    enum status status = OK;
    if (!CONFIG_SERVICE_SERMUX || !config->has_port)
        return OK;
    for (unsigned i = 1; i < config->shells && !status; i++)
        status = add_seat(service, (uint16_t)(config->port + i));
    return status;
}

enum status shell_main(const struct service *service)
{
    const struct shell_config *config = service->config;
    enum status status = open_terminal(service);
    if (!status && config->blocks)
        shell_blocks_check(config->blocks);
    if (!status)
        status = add_seats(service);
    if (!status)
        status = console_open(&console, service);
    if (status)
        return status;
    console_run(&console, config->start);
    session_close(&console.shell);
    return ERR_CANCELLED;
}
