/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// link: services/cells/*.c !services/cells/calls.c !services/cells/cells.c !services/cells/image.c
// link: services/wasm/*.c
// link: kernel/heap.c kernel/page.c kernel/budget.c kernel/interface.c
// link: kernel/interface_call.c kernel/span.c kernel/cbor.c kernel/channel.c
// link: kernel/capability.c kernel/registry.c kernel/profile.c kernel/interrupt.c
// link: kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c kernel/format.c
// link: kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c platforms/arch/host/context.c
// link: platforms/arch/host/context_switch.S build/sim/gen/cells_interface.c
// link: kernel/harmony.c kernel/clock_real.c kernel/entropy.c tests/unit/task_fixture.c
// link: build/sim/gen/status_interface.c
// libraries: -llz4
// board: sim
/*
 * Agents that call services: what comes there and back, whom it is granted, and every way that it
 * can fail, while other agents run on.
 */
#include "cells_client.h"
#include "cells_fixture.h"
#include "task_fixture.h"

#include <kernel/clock.h>
#include <services/cells/service_call.h>
#include <status_interface.h>
#include <stdio.h>

enum {
    CAPABILITIES = 8,
    REQUEST = 8, /* where the agent has it, and its reply */
    REPLY = 64,
    PATIENCE = 1000000, /* ns */
    BEYOND = WASM_PAGE_SIZE - 1,
};

static uint8_t ram[2][NODE_RAM] __attribute__((aligned(65536)));
static struct node here, there;
static struct callers callers;
static const struct interface *const services[] = {&status_interface, NULL};
static struct capability_holder server, client;
static struct capability_slot server_slots[CAPABILITIES], client_slots[CAPABILITIES];
static struct capability receiving;
static enum { ANSWER, HOLD, DIE } manner;
static unsigned asked;

/* --- the service --- */

static struct channel *channel(void)
{
    void *referent = NULL;
    assert_int_equal(
        capability_resolve(&server, receiving, &channel_type, CAPABILITY_READ, &referent), OK);
    return referent;
}

static enum status tell_task(void *context, const struct status_task_request *request,
                             struct status_task_reply *reply)
{
    (void)context;
    asked++;
    while (manner == HOLD)
        task_sleep_until(clock_now() + 1000);
    if (manner == DIE)
        channel_close(channel());
    if (request->index > 7)
        return ERR_NOT_FOUND;
    memcpy(reply->name, "seventh", 8);
    reply->state = STATUS_TASK_STATE_PARKED;
    reply->priority = (uint8_t)request->index;
    reply->stack = 4096;
    return OK;
}

static void serve(void *argument)
{
    static const struct status_server tells = {.task = tell_task};
    (void)argument;
    assert_int_equal(status_provide(&server, &receiving), OK);
    while (status_serve(&tells, NULL, &server, receiving, NULL, CLOCK_NEVER) == OK)
        continue;
}

/* --- the agents --- */

static struct dna *client_dna(struct node *node)
{
    struct wasm_error error;
    struct dna *dna;
    assert_int_equal(dna_add(&node->cells, cells_client, sizeof(cells_client), true, &dna, &error),
                     OK);
    return dna;
}

static struct cell *client_with(const char *name, const char *grants)
{
    static const struct cells_policy policy;
    struct cell *cell;
    const struct cell_parameters parameters = {.dna = client_dna(&here),
                                               .name = name,
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = grants,
                                               .arguments = ""};
    assert_int_equal(cell_create(&here.cells, &parameters, &cell), OK);
    return cell;
}

static struct cell *new_client(const char *name)
{
    return client_with(name, "status.task");
}

/* Runs the node, and then lets the other tasks run for a moment. */
static void turn(struct node *node)
{
    cells_woken(&node->cells, 0);
    node_settle(node);
    assert_int_equal(task_sleep_until(clock_now() + 1000), OK);
}

static uint64_t result_of(struct node *node, struct cell *cell)
{
    while (!cell->has_results)
        turn(node);
    return cell->results[0];
}

static void begin_ask(struct cell *cell, uint32_t hash, uint32_t request, uint32_t reply)
{
    const uint64_t arguments[] = {hash, request, reply};
    assert_int_equal(cell_exec(cell, "ask", arguments, 3), OK);
}

static void set_index(struct cell *cell, uint64_t index)
{
    assert_int_equal(cell_exec(cell, "index", &index, 1), OK);
    node_settle(&here);
}

static enum status ask(struct cell *cell, uint32_t hash, uint32_t request, uint32_t reply)
{
    begin_ask(cell, hash, request, reply);
    return (enum status)result_of(&here, cell);
}

static uint32_t task_hash(void)
{
    return status_calls[STATUS_CALL_TASK].hash;
}

static void begin_task(struct cell *cell)
{
    begin_ask(cell, task_hash(), REQUEST, REPLY);
    node_settle(&here);
    assert_true(cell->waiting);
}

static const uint8_t *memory_of(struct cell *cell)
{
    size_t size;
    return wasm_memory_bytes(wasm_instance_memory(cell->instance), &size);
}

/* --- a node with callers, and the service beside it --- */

static void (*body)(void);

static void run_body(void *argument)
{
    (void)argument;
    node_begin(&here, ram[0]);
    node_begin(&there, ram[1]);
    const struct callers_parameters parameters = {
        .cells = &here.cells,
        .holder = &client,
        .stack = {.size = FIXTURE_STACK, .guard = FIXTURE_GUARD},
        .priority = 8,
        .patience = PATIENCE,
    };
    here.cells.is.services = there.cells.is.services = services;
    callers_begin(&callers, &parameters);
    body();
    manner = ANSWER;
    assert_int_equal(callers_end(&callers), OK);
    node_end(&here);
    node_end(&there);
    channel_close(channel());
    registry_unbind(&server);
    capability_holder_clear(&server);
}

static void run(void (*what)(void))
{
    fixture_reset();
    body = what;
    manner = ANSWER;
    asked = 0;
    capability_holder_init(&server, server_slots, CAPABILITIES);
    capability_holder_init(&client, client_slots, CAPABILITIES);
    fixture_spawn(8, serve, NULL);
    fixture_spawn(8, run_body, NULL);
    fixture_run();
}

/* --- the tests --- */

static void call_there_and_back(void)
{
    struct cell *cell = new_client("client");
    struct status_task_reply reply;
    set_index(cell, 7);
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), OK);
    memcpy(&reply, memory_of(cell) + REPLY, sizeof(reply)); /* laid out as here */
    assert_string_equal(reply.name, "seventh");
    assert_int_equal(reply.state, STATUS_TASK_STATE_PARKED);
    assert_int_equal(reply.priority, 7);
    assert_int_equal(reply.stack, 4096);
    assert_int_equal(client.room, CAPABILITIES); /* nothing is kept of a call */
    set_index(cell, 8);
    assert_int_equal(ask(cell, task_hash(), REQUEST, 4096), ERR_NOT_FOUND);
    for (size_t i = 0; i < sizeof(reply); i++)
        assert_int_equal(memory_of(cell)[4096 + i], 0);
    assert_int_equal(asked, 2);
}

static void a_call_goes_there_and_back(void **state)
{
    (void)state;
    run(call_there_and_back);
}

static void call_wrongly(void)
{
    struct cell *cell = new_client("client");
    assert_int_equal(ask(cell, task_hash() + 1, REQUEST, REPLY), ERR_INTERFACE_MISMATCH);
    assert_int_equal(ask(cell, status_calls[STATUS_CALL_NODE].hash, REQUEST, REPLY),
                     ERR_INTERFACE_MISMATCH);
    assert_int_equal(ask(cell, task_hash(), BEYOND, REPLY), ERR_INVALID);
    assert_int_equal(ask(cell, task_hash(), REQUEST, BEYOND), ERR_INVALID);
    assert_int_equal(ask(cell, task_hash(), UINT32_MAX, UINT32_MAX), ERR_INVALID);
    assert_int_equal(asked, 0); /* nothing was done for who can't be told */
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    run(call_wrongly);
}

static void start_without(const char *grants, enum status status, const char *why)
{
    struct cell *cell = client_with("client", "");
    char text[100] = {0};
    uint64_t offset = 0;
    strcpy(cell->grants, grants); /* also what no cell is created with */
    assert_int_equal(cell_start(cell), status);
    cell_log_read(cell, &offset, text, sizeof(text) - 1);
    assert_string_equal(text, why);
    cell_terminate(cell);
    cell_destroy(cell);
}

static void start_with_grants(void)
{
    static const char *const others[] = {"",
                                         "log",
                                         "status",
                                         "status.",
                                         "status.tas",
                                         "status.**",
                                         "status.tasks",
                                         "tatus.task",
                                         "statusXtask",
                                         "*",
                                         "log statu.task"};
    start_without("status.task", OK, "");
    start_without("log status.*", OK, "");
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        start_without(others[i], ERR_DENIED,
                      "import status.task: not granted; its grant has its name\n");
    here.cells.is.services = NULL;
    start_without("status.task", ERR_DENIED, "import status.task: this node has no such service\n");
}

/* A grant names what the node has, to the letter. */
static void name_grants(void)
{
    static const struct cells_policy policy;
    static const char *const there_is[] = {"", "log send spawn input migrate", "status.*",
                                           "  status.task  status.node "};
    static const char *const there_is_not[] = {
        "logs",      "*",     "status",     "status.",      "status.tas", "status.tasks",
        "status.**", ".task", "tatus.task", "status.task.", ".",          "cells.create"};
    char reason[CELL_TEXT + 1], wanted[CELL_TEXT + 1], grants[CELL_TEXT + 1];
    const size_t size = sizeof(reason);
    for (size_t i = 0; i < sizeof(there_is) / sizeof(there_is[0]); i++)
        assert_int_equal(policy_check(&here.cells, &policy, there_is[i], reason, size), OK);
    for (size_t i = 0; i < sizeof(there_is_not) / sizeof(there_is_not[0]); i++) {
        snprintf(grants, sizeof(grants), "log %s status.*", there_is_not[i]);
        snprintf(wanted, sizeof(wanted), "this node has nothing to grant as %s", there_is_not[i]);
        assert_int_equal(policy_check(&here.cells, &policy, grants, reason, size), ERR_UNSUPPORTED);
        assert_string_equal(reason, wanted);
    }
    struct cell *cell;
    const struct cell_parameters parameters = {.dna = client_dna(&here),
                                               .name = "client",
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = "status.tasks",
                                               .arguments = ""};
    assert_int_equal(cell_create(&here.cells, &parameters, &cell), ERR_UNSUPPORTED);
    here.cells.is.services = NULL;
    assert_int_equal(policy_check(&here.cells, &policy, "status.*", reason, size), ERR_UNSUPPORTED);
}

static void what_there_is_to_grant(void **state)
{
    (void)state;
    run(name_grants);
}

static void a_call_wants_its_grant(void **state)
{
    (void)state;
    run(start_with_grants);
}

static void end_the_service(void)
{
    struct cell *cell = new_client("client");
    manner = DIE;
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), ERR_CLOSED);
}

static void a_service_that_ends_ends_the_call(void **state)
{
    (void)state;
    run(end_the_service);
}

/* Meanwhile another agent counts, and one more waits for the service and is ended. */
static void wait_in_vain(void)
{
    struct cell *cell = new_client("client"), *other = node_create(&here, "counter");
    struct cell *ended = new_client("ended");
    manner = HOLD;
    begin_task(cell);
    begin_task(ended);
    turn(&here);
    assert_int_equal(cell_terminate(ended), OK);
    cell_destroy(ended);
    node_exec(other, "count", 5000);
    turn(&here);
    assert_true(other->has_results && !cell->has_results);
    const uint64_t begun = clock_now();
    assert_int_equal(result_of(&here, cell), ERR_TIMEOUT);
    assert_true(clock_now() - begun <= PATIENCE);
    manner = ANSWER;
    turn(&here);
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), OK);
}

static void who_waits_holds_up_nobody(void **state)
{
    (void)state;
    run(wait_in_vain);
}

static void call_all_at_once(void)
{
    enum { AGENTS = 3 * CONFIG_CELLS_CALLERS + 1 };
    struct cell *cells[AGENTS];
    for (unsigned i = 0; i < AGENTS; i++)
        begin_task(cells[i] = new_client(""));
    cell_terminate(cells[AGENTS - 2]); /* it is in the queue */
    for (unsigned i = 0; i < AGENTS; i++)
        if (i != AGENTS - 2)
            assert_int_equal(result_of(&here, cells[i]), OK);
    assert_int_equal(asked, AGENTS - 1);
}

static void more_agents_than_callers_take_turns(void **state)
{
    (void)state;
    run(call_all_at_once);
}

static void move_while_it_waits(void)
{
    struct cell *cell = new_client("client"), *copy;
    struct blob *blob;
    client_dna(&there);
    manner = HOLD;
    begin_task(cell);
    assert_int_equal(snapshot_take(cell, false, &blob), OK);
    const struct snapshot_terms terms = {"default", cell->grants};
    assert_int_equal(snapshot_restore(&there.cells, blob->bytes, blob->size, &terms,
                                      CELLS_STATE_SUSPENDED, &copy),
                     OK);
    assert_int_equal(cell_resume(copy), OK);
    assert_int_equal(result_of(&there, copy), ERR_MIGRATED);
    manner = ANSWER; /* the original stayed, and gets its answer */
    assert_int_equal(result_of(&here, cell), OK);
}

static void a_call_in_flight_ends_with_a_move(void **state)
{
    (void)state;
    run(move_while_it_waits);
}

/* The answer of before its end does not reach it in its next life. */
static void restart_while_it_waits(void)
{
    struct cell *cell = new_client("client");
    cell->policy.restart = CELLS_RESTART_ON_FAILURE;
    manner = HOLD;
    begin_task(cell);
    turn(&here);
    assert_non_null(cell->call);
    cell_end(cell, CELLS_CAUSE_FAILED, "as the test wants");
    assert_int_equal(cell->state, CELLS_STATE_CREATED);
    assert_null(cell->call);
    begin_task(cell); /* which starts it */
    turn(&here);
    assert_false(cell->has_results);
    manner = ANSWER;
    assert_int_equal(result_of(&here, cell), OK);
    assert_int_equal(cell->restarts, 1);
}

static void a_call_in_flight_ends_with_a_restart(void **state)
{
    (void)state;
    run(restart_while_it_waits);
}

static void end_with_calls_in_flight(void)
{
    manner = HOLD;
    for (unsigned i = 0; i < CONFIG_CELLS_CALLERS + 2; i++)
        begin_task(new_client(""));
    turn(&here);
    cell_terminate(here.cells.first);
}

static void the_end_of_a_node_leaves_nothing(void **state)
{
    (void)state;
    run(end_with_calls_in_flight);
}

static void call_without_memory(void)
{
    struct cell *cell = new_client("client");
    set_index(cell, 1);
    here.budgets[NODE_OWNER].limit = here.budgets[NODE_OWNER].used;
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), ERR_NO_MEMORY);
    here.budgets[NODE_OWNER].limit = SIZE_MAX;
    here.pool.fail_at = 1; /* one caller is enough */
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), OK);
    here.pool.fail_at = 0;
    assert_int_equal(ask(cell, task_hash(), REQUEST, REPLY), OK);
}

static void a_shortage_of_memory_is_told(void **state)
{
    (void)state;
    run(call_without_memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_goes_there_and_back),
        cmocka_unit_test(what_is_wrong_is_refused),
        cmocka_unit_test(a_call_wants_its_grant),
        cmocka_unit_test(what_there_is_to_grant),
        cmocka_unit_test(a_service_that_ends_ends_the_call),
        cmocka_unit_test(who_waits_holds_up_nobody),
        cmocka_unit_test(more_agents_than_callers_take_turns),
        cmocka_unit_test(a_call_in_flight_ends_with_a_move),
        cmocka_unit_test(a_call_in_flight_ends_with_a_restart),
        cmocka_unit_test(the_end_of_a_node_leaves_nothing),
        cmocka_unit_test(a_shortage_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
