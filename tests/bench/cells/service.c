/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A call of a service with its answer: by an agent, whose call a caller makes for it while others
 * run, beside the same call by a task.
 */
#include "bench.h"

#include <kernel/clock.h>
#include <kernel/page.h>
#include <kernel/task.h>
#include <services/cells/cell.h>
#include <services/cells/dna.h>
#include <services/cells/service_call.h>
#include <status_interface.h>
#include <stdio.h>
#include <string.h>
#include <tests/unit/cells_client.h>
#include <tests/unit/task_fixture.h>

enum { RAM = 4 << 20, PAGE = 4096, CAPABILITIES = 8, CALLS = 1000, TURNS = 15, PRIORITY = 8 };
enum { REQUEST = 8, REPLY = 64 }; /* where the agent has them */

static uint8_t ram[RAM] __attribute__((aligned(65536)));
static struct page_pool pool;
static struct budget budgets[2];
static struct cells cells;
static struct callers callers;
static struct capability_holder server, client;
static struct capability_slot server_slots[CAPABILITIES], client_slots[CAPABILITIES];
static struct capability receiving;

static enum status tell_task(void *context, const struct status_task_request *request,
                             struct status_task_reply *reply)
{
    (void)context;
    reply->priority = (uint8_t)request->index;
    return OK;
}

static void serve(void *argument)
{
    static const struct status_server tells = {.task = tell_task};
    (void)argument;
    must(!status_provide(&server, &receiving), "status_provide");
    while (status_serve(&tells, NULL, &server, receiving, NULL, CLOCK_NEVER) == OK)
        continue;
}

static struct cell *create(void)
{
    static const struct interface *const services[] = {&status_interface, NULL};
    static const struct cells_policy policy;
    const struct cells_parameters parameters = {.pool = &pool,
                                                .owner = 1,
                                                .labels = "",
                                                .node = "bench",
                                                .services = services,
                                                .quota = SIZE_MAX,
                                                .cell_limit = 10,
                                                .slice = 1000000};
    struct wasm_error error;
    struct cell *cell;
    struct dna *dna;
    for (unsigned i = 0; i < 2; i++)
        budgets[i] = (struct budget){.owner = "bench", .limit = SIZE_MAX};
    page_pool_init(&pool, PAGE, budgets, 2);
    must(!page_pool_add(&pool, (uintptr_t)ram, (uintptr_t)ram + RAM), "page_pool_add");
    cells_init(&cells, &parameters);
    must(!dna_add(&cells, cells_client, sizeof(cells_client), true, &dna, &error), "dna_add");
    const struct cell_parameters agent = {.dna = dna,
                                          .name = "client",
                                          .space = "default",
                                          .policy = &policy,
                                          .grants = "status.task",
                                          .arguments = ""};
    must(!cell_create(&cells, &agent, &cell), "cell_create");
    return cell;
}

static void begin_callers(void)
{
    const struct callers_parameters parameters = {
        .cells = &cells,
        .holder = &client,
        .stack = {.size = FIXTURE_STACK, .guard = FIXTURE_GUARD},
        .priority = PRIORITY,
        .patience = NANOSECONDS_PER_SECOND,
    };
    callers_begin(&callers, &parameters);
}

static void call_by_agent(struct cell *cell)
{
    const uint64_t arguments[] = {status_calls[STATUS_CALL_TASK].hash, REQUEST, REPLY};
    must(!cell_exec(cell, "ask", arguments, 3), "cell_exec");
    while (!cell->has_results) {
        cells_woken(&cells, 0);
        cells_run(&cells);
        task_yield();
    }
    must(cell->results[0] == OK, "the agent's call");
}

/* As a caller does it: the connection is made for the call. */
static void call_by_task(struct cell *cell)
{
    const struct status_task_request request = {0};
    struct status_task_reply reply;
    struct capability channel;
    (void)cell;
    must(!status_connect(&client, CLOCK_NEVER, &channel), "status_connect");
    must(!status_task(&client, channel, &request, &reply, CLOCK_NEVER), "the task's call");
    capability_drop(&client, channel);
}

/* The best of some turns, in us a call. */
static double best_of(void (*call)(struct cell *cell), struct cell *cell)
{
    double best = 1e9;
    for (unsigned turn = 0; turn < TURNS; turn++) {
        double start = now();
        for (unsigned i = 0; i < CALLS; i++)
            call(cell);
        double each = (now() - start) / CALLS;
        best = each < best ? each : best;
    }
    return best;
}

static void measure(void *argument)
{
    struct cell *cell = create();
    (void)argument;
    begin_callers();
    double agent = best_of(call_by_agent, cell), task = best_of(call_by_task, cell);
    printf("  %-52s %9.2f us   %.1f times a task's call, %.2f us\n",
           "an agent's call of a service, with its answer", agent, agent / task, task);
    must(!callers_end(&callers), "callers_end");
    cells_fini(&cells);
    void *channel;
    must(!capability_resolve(&server, receiving, &channel_type, CAPABILITY_READ, &channel),
         "capability_resolve");
    channel_close(channel);
}

void measure_calls(void)
{
    fixture_reset();
    capability_holder_init(&server, server_slots, CAPABILITIES);
    capability_holder_init(&client, client_slots, CAPABILITIES);
    fixture_spawn(PRIORITY, serve, NULL);
    fixture_spawn(PRIORITY, measure, NULL);
    fixture_run();
}
