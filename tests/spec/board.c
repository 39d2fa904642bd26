/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The specification's tests on a board: in the place of the agents' service, with its memory and in
 * a task of its own, the engine of the board's image runs the tests that are linked into it. What
 * comes out is TAP, polled; then the board is switched off.
 */
#include "script.h"

#include <kernel/memory.h>
#include <kernel/power.h>
#include <kernel/task.h>
#include <services/cells/memory.h>
#include <tests/polled_print.h>

enum {
    STACK = sizeof(void *) == 8 ? 128 * 1024 : 16 * 1024,
    /* Values on the stack of a call: calls that never end use them up, on every board. */
    STACK_SLOTS = 8192,
};

#define AN_HOUR UINT64_C(3600000000000) /* ns */

extern const uint8_t spec_script_start[], spec_script_end[]; /* embedded.S */

static struct task task;
static uint8_t stack[STACK] __attribute__((aligned(4096)));
static struct cell_memory memory;
static unsigned owner;

static void memory_begin(void)
{
    cell_memory_init(&memory, &memory_pages, owner, "spec-test", SIZE_MAX, NULL);
}

/* All that the file's instances had goes back to the board, so that the next finds it whole. */
static void memory_renew(void)
{
    cell_memory_fini(&memory);
    memory_begin();
}

static void run(void *argument)
{
    const struct spec_host host = {
        .allocator = &memory.allocator,
        .stack_slots = STACK_SLOTS,
        .print = polled_print,
        .command_done = task_yield,
        .file_done = memory_renew,
    };
    size_t size = (size_t)(spec_script_end - spec_script_start);
    struct spec_counts total = {0};
    enum status status;

    (void)argument;
    memory_begin();
    status = spec_script_run(spec_script_start, size, &host, &total);
    power_off(status || total.failed);
}

/* What the linker puts in the place of the agents' service and of the shell. */
enum status __wrap_cells_main(const struct service *service);
enum status __wrap_shell_main(const struct service *service);

enum status __wrap_cells_main(const struct service *service)
{
    const struct task_parameters parameters = {
        .name = "spec-test",
        .stack = {.base = stack, .size = STACK, .guard = service->stack.guard},
        .priority = service->priority,
        .entry = run,
        .limit = AN_HOUR, /* a command takes as long as it takes */
    };
    enum status status;

    owner = memory_owner(service);
    status = task_spawn(&task, &parameters);
    return status ? status : task_join(&task, CLOCK_NEVER, NULL);
}

enum status __wrap_shell_main(const struct service *service)
{
    (void)service;
    return OK;
}
