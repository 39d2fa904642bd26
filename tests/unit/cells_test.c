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
// link: kernel/harmony.c kernel/clock_real.c kernel/entropy.c gen/agent_import.c
// libraries: -llz4
/*
 * Agents on a node: their states and what each may become, turns and allowances, quotas, every way
 * to fail with the others going on, restarts, logs, calls that wait, messages, and what a module
 * asks for.
 */
#include "cells_fixture.h"

#include <gen/agent_import.h>
#include <kernel/clock.h>
#include <services/cells/mailbox.h>
#include <services/cells/ranvier.h>

static uint8_t ram[NODE_RAM] __attribute__((aligned(65536)));
static struct node node;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    node_begin(&node, ram);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    node_end(&node);
    return 0;
}

/* What count(n) returns in an instance that has counted `turns` before. */
static uint64_t counted(uint32_t n, uint64_t turns)
{
    uint64_t sum = 0;
    for (uint32_t i = n; i > 0; i--)
        sum = sum * 31 + i;
    return sum + turns + n;
}

static void an_agent_counts(void **state)
{
    (void)state;
    struct cell *cell = node_create(&node, "counter");
    node_exec(cell, "count", 1000);
    assert_int_equal(cell->state, CELLS_STATE_RUNNING);
    node_settle(&node);
    assert_true(cell->has_results);
    assert_int_equal(cell->result_count, 1);
    assert_true(cell->results[0] == counted(1000, 0));
    node_exec(cell, "count", 7);
    node_settle(&node);
    assert_true(cell->results[0] == counted(7, 1000));
    assert_in_range(cell->fuel_used, 1000, 1010); /* a unit a turn */
}

static void names_and_ids_are_unique(void **state)
{
    (void)state;
    static const struct cells_policy policy;
    struct cell *a = node_create(&node, "a"), *b = node_create(&node, "b"), *other;
    assert_int_equal(node_try(&node, "a", &policy, &other), ERR_BUSY);
    assert_int_equal(node_try(&node, "two words", &policy, &other), ERR_INVALID);
    assert_memory_not_equal(&a->id, &b->id, sizeof(a->id));
    assert_int_equal(a->id.bytes[6] >> 4, 4);
    assert_int_equal(a->id.bytes[8] >> 6, 2);
    assert_ptr_equal(cell_find(&node.cells, &b->id), b);
    assert_ptr_equal(cell_named(&node.cells, "default", "a"), a);
    assert_null(cell_named(&node.cells, "other", "a"));
    assert_ptr_equal(a->dna, b->dna);
    assert_int_equal(a->dna->users, 2);
}

/* Every state against every other, with what the drawing allows. */
static void only_the_drawn_edges_exist(void **state)
{
    (void)state;
    static const char *const allowed[] = {"rsmt", "csmt", "rmt", "rst", ""};
    static const char letters[] = "crsmt";
    struct cell *cell = node_create(&node, "a");
    for (unsigned from = 0; from < 5; from++) {
        for (unsigned to = 0; to < 5; to++) {
            cell->state = (enum cells_state)from;
            bool legal = strchr(allowed[from], letters[to]) != NULL;
            assert_int_equal(cell_move(cell, (enum cells_state)to), legal ? OK : ERR_BUSY);
        }
    }
    cell->state = CELLS_STATE_CREATED;
    assert_int_equal(cell_suspend(cell), ERR_BUSY);
    assert_int_equal(cell_resume(cell), ERR_BUSY);
    assert_int_equal(cell_start(cell), OK);
    assert_int_equal(cell_start(cell), ERR_BUSY);
    assert_int_equal(cell_suspend(cell), OK);
    assert_int_equal(cell_exec(cell, "count", NULL, 0), ERR_BUSY);
    assert_int_equal(cell_resume(cell), OK);
    assert_int_equal(cell_terminate(cell), OK);
    assert_int_equal(cell->end.cause, CELLS_CAUSE_ENDED);
    assert_int_equal(cell_terminate(cell), ERR_BUSY);
}

static void a_suspended_agent_stands_still(void **state)
{
    (void)state;
    struct cell *cell = node_create(&node, "a");
    node_exec(cell, "count", 100000);
    cells_run(&node.cells);
    assert_int_equal(cell_suspend(cell), OK);
    uint64_t fuel = cell->fuel_used;
    assert_true(cells_run(&node.cells) == CLOCK_NEVER);
    assert_int_equal(cell->fuel_used, fuel);
    assert_int_equal(cell_resume(cell), OK);
    node_settle(&node);
    assert_true(cell->results[0] == counted(100000, 0));
}

static void agents_take_turns(void **state)
{
    (void)state;
    static const struct cells_policy limited = {.fuel = 1000};
    struct cell *spinner, *counter = node_create(&node, "counter");
    assert_int_equal(node_try(&node, "spinner", &limited, &spinner), OK);
    node_exec(spinner, "spin", 0);
    node_exec(counter, "count", 50000);
    for (unsigned i = 0; !counter->has_results; i++) {
        assert_true(i < 100);
        cells_run(&node.cells);
    }
    assert_true(spinner->fuel_used > 0);
    assert_int_equal(spinner->state, CELLS_STATE_RUNNING);
}

/* How many turns a node takes until an agent's work is done, beside one that runs `offence`. In a
 * slice of no time portions stay as they are. */
static unsigned turns_beside(const char *offence)
{
    unsigned turns = 0;
    struct cell *worker, *offender = NULL;
    node.cells.is.slice = 0;
    if (offence) {
        offender = node_create(&node, "offender");
        node_exec(offender, offence, 0);
    }
    worker = node_create(&node, "worker");
    node_exec(worker, "count", 50000);
    for (; !worker->has_results; turns++)
        cells_run(&node.cells);
    assert_true(worker->results[0] == counted(50000, 0));
    cell_terminate(worker);
    cell_destroy(worker);
    if (offender) {
        cell_terminate(offender);
        cell_destroy(offender);
    }
    return turns;
}

static void no_neighbour_takes_more_than_every_second_turn(void **state)
{
    (void)state;
    static const char *const offences[] = {"spin", "grow", "fault", "deep", "beyond"};
    unsigned alone = turns_beside(NULL);
    assert_true(alone > 20);
    for (size_t i = 0; i < sizeof(offences) / sizeof(*offences); i++)
        assert_in_range(turns_beside(offences[i]), alone, 2 * alone + 1);
}

static void who_was_woken_runs_next(void **state)
{
    (void)state;
    struct cell *sleeper = node_create(&node, "sleeper"), *spinners[3];
    node.cells.is.slice = 0;
    node_exec(sleeper, "nap", 5000);
    node_settle(&node);
    for (unsigned i = 0; i < 3; i++) {
        spinners[i] = node_create(&node, (const char *const[]){"a", "b", "c"}[i]);
        node_exec(spinners[i], "spin", 0);
    }
    cells_run(&node.cells);
    assert_ptr_equal(node.cells.next, spinners[1]);
    fake.now += 5000;
    cells_run(&node.cells);
    assert_true(sleeper->has_results);
    assert_ptr_equal(node.cells.next, spinners[1]); /* whose turn was not lost */
    cells_run(&node.cells);
    assert_true(spinners[1]->fuel_used > 0);
}

/* Nor does one that is always woken keep the others from running. */
static void who_is_woken_overtakes_one_at_a_time(void **state)
{
    (void)state;
    struct cell *sleepers[3], *spinner;
    uint64_t naps = 0;
    node.cells.is.slice = 0; /* portions stay as they are */
    for (unsigned i = 0; i < 3; i++)
        sleepers[i] = node_create(&node, (const char *const[]){"a", "b", "c"}[i]);
    spinner = node_create(&node, "spinner");
    node_exec(spinner, "spin", 0);
    for (unsigned i = 0; i < 100; i++) {
        const uint64_t fuel = spinner->fuel_used;
        for (unsigned run = 0; run < 8; run++) {
            for (unsigned j = 0; j < 3; j++) {
                if (sleepers[j]->stage != STAGE_IDLE)
                    continue;
                naps += sleepers[j]->has_results;
                node_exec(sleepers[j], "nap", 1);
            }
            fake.now++;
            cells_run(&node.cells);
        }
        assert_true(spinner->fuel_used > fuel);
    }
    assert_true(naps > 10);
}

static void fuel_comes_back_with_time(void **state)
{
    (void)state;
    static const struct cells_policy limited = {.fuel = 1000};
    struct cell *spinner;
    assert_int_equal(node_try(&node, "spinner", &limited, &spinner), OK);
    node_exec(spinner, "spin", 0);
    node_settle(&node);
    assert_in_range(spinner->fuel_used, 1000, 1001);
    uint64_t next = cells_run(&node.cells);
    assert_true(next > fake.now && next < fake.now + NANOSECONDS_PER_SECOND / 8);
    fake.now = next;
    node_settle(&node);
    assert_true(spinner->fuel_used > 1000 && spinner->fuel_used < 1200);
    for (unsigned i = 0; i < 100; i++) {
        fake.now += NANOSECONDS_PER_SECOND / 10;
        node_settle(&node);
    }
    assert_true(spinner->fuel_used > 10000 && spinner->fuel_used < 12000);
}

/* Its log has the text. */
static void logs(const struct cell *cell, const char *text)
{
    char log[CONFIG_CELLS_LOG + 1];
    uint64_t offset = 0;
    log[cell_log_read(cell, &offset, log, CONFIG_CELLS_LOG)] = '\0';
    assert_non_null(strstr(log, text));
}

static void a_namespace_shares_its_quotas(void **state)
{
    (void)state;
    static const struct cells_policy policy;
    struct namespace *space;
    struct cell *a, *b, *c;
    assert_int_equal(cells_namespace(&node.cells, "default", &space), OK);
    space->cell_limit = 2;
    space->fuel.rate = 5000;
    assert_int_equal(node_try(&node, "a", &policy, &a), OK);
    assert_int_equal(node_try(&node, "b", &policy, &b), OK);
    assert_int_equal(node_try(&node, "c", &policy, &c), ERR_LIMIT);
    node_exec(a, "spin", 0);
    node_exec(b, "spin", 0);
    node_settle(&node);
    assert_in_range(a->fuel_used + b->fuel_used, 5000, 5010);
    cell_terminate(a);
    space->memory.limit = space->memory.used;
    assert_int_equal(node_try(&node, "c", &policy, &c), OK);
    assert_int_equal(cell_start(c), ERR_NO_MEMORY);
    assert_int_equal(c->state, CELLS_STATE_CREATED);
    logs(c, "more memory than its namespace has left");
    space->memory.limit = SIZE_MAX;
    c->memory.own.limit = 3000;
    assert_int_equal(cell_start(c), ERR_NO_MEMORY);
    logs(c, "more memory than its policy allows");
    c->memory.own.limit = SIZE_MAX;
    node.budgets[NODE_OWNER].limit = node.budgets[NODE_OWNER].used + 4 * NODE_PAGE;
    assert_int_equal(cell_start(c), ERR_NO_MEMORY);
    logs(c, "more memory than the node has");
    node.budgets[NODE_OWNER].limit = SIZE_MAX;
    assert_int_equal(cell_start(c), OK);
}

/* Both tables have the same imports, with the same grants, and no grant is for nothing. */
static void the_generator_knows_the_imports(void **state)
{
    (void)state;
    assert_int_equal(agent_own_import_count, ranvier_import_count);
    static const struct cells_policy policy;
    char text[CELL_TEXT + 1];
    size_t granted = 1; /* input */
    for (size_t i = 0; i < ranvier_import_count; i++) {
        const struct host_import *import = &ranvier_imports[i];
        const struct agent_import *known = agent_own_imports;
        while (strcmp(known->name, import->name) != 0)
            assert_true(++known < agent_own_imports + agent_own_import_count);
        assert_true((known->grant == NULL) == (import->grant == NULL));
        if (!import->grant)
            continue;
        assert_string_equal(known->grant, import->grant);
        assert_int_equal(policy_check(&node.cells, &policy, import->grant, text, sizeof(text)), OK);
        size_t word = 0;
        while (strcmp(agent_own_grants[word], import->grant) != 0)
            assert_true(++word < agent_own_grant_count);
        granted++;
    }
    assert_int_equal(agent_own_grant_count, granted);
}

/* A user who is gone in the middle of an upload keeps nobody out. */
static void blobs_at_rest_give_way(void **state)
{
    (void)state;
    struct blob *blob, *first, *second;
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_MODULE, 100, &first), OK);
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_MODULE, 100, &second), OK);
    const uint32_t kept = first->handle, gone = second->handle;
    for (unsigned i = 2; i < BLOBS_MAX; i++)
        assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_MODULE, 100, &blob), OK);
    fake.now += BLOB_REST * NANOSECONDS_PER_SECOND - 1;
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_MODULE, 100, &blob), ERR_LIMIT);
    assert_ptr_equal(blob_find(&node.cells, kept), first);
    fake.now++;
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_MODULE, 100, &blob), OK);
    assert_ptr_equal(blob_find(&node.cells, kept), first);
    unsigned count = 0;
    for (blob = node.cells.blobs; blob; blob = blob->next)
        count++;
    assert_int_equal(count, BLOBS_MAX);
    fake.now += 2 * BLOB_REST * NANOSECONDS_PER_SECOND; /* large ones give way to one another */
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_SNAPSHOT, NODE_RAM / 2, &blob), OK);
    const uint32_t large = blob->handle;
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_SNAPSHOT, NODE_RAM / 2, &blob),
                     ERR_NO_MEMORY);
    fake.now += BLOB_REST * NANOSECONDS_PER_SECOND;
    assert_int_equal(blob_create(&node.cells, CELLS_CONTENT_SNAPSHOT, NODE_RAM / 2, &blob), OK);
    assert_null(blob_find(&node.cells, large));
    assert_null(blob_find(&node.cells, gone));
}

/* Runs a function that fails beside one that counts. */
static struct cell *fails_in(const char *function, const char *reason)
{
    struct cell *good = node_create(&node, "good"), *bad = node_create(&node, "bad");
    node_exec(good, "count", 20000);
    host_log(bad, "half a line", 11);
    node_exec(bad, function, 0);
    node_settle(&node);
    assert_true(good->results[0] == counted(20000, 0));
    assert_int_equal(bad->state, CELLS_STATE_TERMINATED);
    assert_int_equal(bad->end.cause, CELLS_CAUSE_TRAPPED);
    assert_non_null(strstr(bad->end.reason, reason));
    assert_int_equal(bad->memory.own.used, 0);
    return bad;
}

static void unreachable_code_ends_an_agent(void **state)
{
    (void)state;
    struct cell *bad = fails_in("fault", "unreachable in function 6 fault at 0x");
    char text[200] = {0};
    uint64_t offset = 0;
    assert_true(cell_log_read(bad, &offset, text, sizeof(text) - 1) > 0);
    assert_memory_equal(text, "half a line\nunreachable", 23);
    assert_non_null(strstr(text, bad->end.reason));
}

static void endless_recursion_ends_an_agent(void **state)
{
    (void)state;
    fails_in("deep", "call stack exhausted in function 7 deep");
}

static void a_load_beyond_the_memory_ends_an_agent(void **state)
{
    (void)state;
    fails_in("beyond", "out of bounds memory access in function 9 beyond at 0x");
}

static void growth_ends_at_the_policy(void **state)
{
    (void)state;
    static const struct cells_policy small = {.memory = 300 * 1024};
    struct cell *cell;
    assert_int_equal(node_try(&node, "grower", &small, &cell), OK);
    node_exec(cell, "grow", 0);
    node_settle(&node);
    assert_true(cell->results[0] >= 1 && cell->results[0] <= 4);
    assert_true(cell->memory.own.used <= small.memory);
    struct cell *free_cell = node_create(&node, "free");
    node_exec(free_cell, "grow", 0);
    node_settle(&node);
    assert_int_equal(free_cell->results[0], 8); /* its own maximum */
}

static void failures_restart_with_a_growing_delay(void **state)
{
    (void)state;
    static const struct cells_policy policy = {.restart = CELLS_RESTART_ON_FAILURE};
    struct cell *cell;
    assert_int_equal(node_try(&node, "phoenix", &policy, &cell), OK);
    for (unsigned i = 0; i < 3; i++) {
        if (cell->state == CELLS_STATE_CREATED)
            assert_int_equal(cell_start(cell), OK);
        node_exec(cell, "fault", 0);
        node_settle(&node);
        assert_int_equal(cell->state, CELLS_STATE_CREATED);
        assert_int_equal(cell->restarts, i + 1);
        uint64_t next = cells_run(&node.cells);
        assert_true(next == fake.now + (NANOSECONDS_PER_SECOND << i));
        fake.now = next;
        node_settle(&node);
        assert_int_equal(cell->state, CELLS_STATE_RUNNING);
    }
    assert_int_equal(cell_terminate(cell), OK);
    assert_int_equal(cell->state, CELLS_STATE_TERMINATED);
}

static void policies_choose_nodes(void **state)
{
    (void)state;
    struct cells_policy policy = {.labels = "roof"};
    struct cell *cell;
    assert_int_equal(node_try(&node, "a", &policy, &cell), OK);
    strcpy(policy.labels, "roof cellar");
    assert_int_equal(node_try(&node, "b", &policy, &cell), ERR_UNSUPPORTED);
    policy = (struct cells_policy){.features = "flux-capacitor"};
    assert_int_equal(node_try(&node, "b", &policy, &cell), ERR_UNSUPPORTED);
    policy = (struct cells_policy){.battery = 101};
    assert_int_equal(node_try(&node, "b", &policy, &cell), ERR_INVALID);
}

static void a_call_waits_for_its_time(void **state)
{
    (void)state;
    struct cell *cell = node_create(&node, "sleeper");
    node_exec(cell, "nap", 5000);
    node_settle(&node);
    assert_true(cell->waiting);
    assert_true(cells_run(&node.cells) == fake.now + 5000);
    host_wake(cell); /* too early: it waits on */
    node_settle(&node);
    assert_true(cell->waiting);
    fake.now += 5000;
    node_settle(&node);
    assert_false(cell->waiting);
    assert_int_equal(cell->results[0], OK);
    node_exec(cell, "nap", UINT64_MAX);
    node_settle(&node);
    assert_true(cells_run(&node.cells) == CLOCK_NEVER);
}

static void what_is_not_granted_is_refused(void **state)
{
    (void)state;
    static const struct cells_policy policy;
    const struct cell_parameters parameters = {.dna = node_dna(&node),
                                               .name = "mute",
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = "send",
                                               .arguments = ""};
    struct cell *cell;
    char text[100] = {0};
    uint64_t offset = 0;
    assert_int_equal(cell_create(&node.cells, &parameters, &cell), OK);
    assert_int_equal(cell_start(cell), ERR_DENIED);
    assert_int_equal(cell->memory.own.used, 0);
    cell_log_read(cell, &offset, text, sizeof(text) - 1);
    assert_string_equal(text, "import ranvier.log: not granted; its grant is log\n");
}

static void logs_keep_the_last(void **state)
{
    (void)state;
    struct cell *cell = node_create(&node, "speaker");
    char text[16];
    uint64_t offset = 0;
    for (unsigned i = 0; i < CONFIG_CELLS_LOG; i++) {
        node_exec(cell, "say", 0);
        node_settle(&node);
    }
    assert_true(cell_log_read(cell, &offset, text, 12) == 12);
    assert_int_equal(offset, 5 * CONFIG_CELLS_LOG + 12);
    assert_true(cell->log_end == 6 * CONFIG_CELLS_LOG);
    offset = cell->log_end - 6;
    assert_true(cell_log_read(cell, &offset, text, sizeof(text)) == 6);
    assert_memory_equal(text, "hello\n", 6);
    assert_true(cell_log_read(cell, &offset, text, sizeof(text)) == 0);
}

static void modules_are_there_once_and_can_be_forgotten(void **state)
{
    (void)state;
    struct dna *first, *again;
    struct wasm_error error;
    for (unsigned i = 0; i < 2; i++) {
        uint8_t *copy = cell_memory_resize(&node.cells.memory, NULL, 0, sizeof(cells_agent));
        memcpy(copy, cells_agent, sizeof(cells_agent));
        assert_int_equal(
            dna_add(&node.cells, copy, sizeof(cells_agent), false, i ? &again : &first, &error),
            OK);
    }
    assert_ptr_equal(first, again);
    struct cell *cell = node_create(&node, "user");
    assert_int_equal(dna_forget(&node.cells, first), ERR_BUSY);
    cell_terminate(cell);
    assert_int_equal(dna_forget(&node.cells, first), OK);
    assert_null(node.cells.dna);
    assert_int_equal(dna_add(&node.cells, cells_agent, 30, true, &first, &error), ERR_CORRUPT);
    assert_true(error.offset > 0);
}

/* Each allocation of pages fails once: no crash, an error or success, nothing left behind. */
static void every_shortage_of_memory_is_survived(void **state)
{
    (void)state;
    static const struct cells_policy policy;
    bool done = false;
    for (uint32_t n = 1; !done; n++) {
        struct dna *dna;
        struct wasm_error error;
        struct cell *cell;
        node_end(&node);
        node_begin(&node, ram);
        node.pool.fail_at = n;
        const struct cell_parameters parameters = {
            .name = "a", .space = "default", .policy = &policy, .grants = "log", .arguments = ""};
        struct cell_parameters full = parameters;
        enum status status =
            dna_add(&node.cells, cells_agent, sizeof(cells_agent), true, &dna, &error);
        full.dna = dna;
        if (status == OK)
            status = cell_create(&node.cells, &full, &cell);
        if (status == OK)
            status = cell_start(cell);
        if (status == OK) {
            node_exec(cell, "grow", 0);
            node_settle(&node);
            done = node.pool.fail_at != 0;
            assert_int_equal(cell->state, CELLS_STATE_RUNNING);
        } else {
            assert_int_equal(status, ERR_NO_MEMORY);
        }
        node.pool.fail_at = 0;
    }
}

/* --- messages --- */

/* The most urgent first, those alike in their order; only so many, and none for who is not there.
 */
static void messages_wait_in_order(void **state)
{
    (void)state;
    struct cell *from = node_create(&node, "from"), *to = node_create(&node, "to");
    static const uint8_t order[] = {2, 5, 1, 4, 0, 3}; /* sent with priorities 2 1 0 2 1 0 */
    static uint8_t long_one[MAILBOX_MESSAGE + 1];
    assert_int_equal(mailbox_put(to, &from->id, "x", 1, 0), ERR_CLOSED);
    assert_int_equal(cell_start(to), OK);
    assert_null(mailbox_first(to, false));
    for (uint8_t i = 0; i < sizeof(order); i++)
        assert_int_equal(mailbox_put(to, &from->id, &i, 1, 2 - i % 3u), OK);
    for (uint8_t i = 0; i < sizeof(order); i++) {
        struct mailbox_message *message = mailbox_first(to, false);
        assert_int_equal(message->data[0], order[i]);
        assert_memory_equal(&message->from, &from->id, sizeof(from->id));
        mailbox_drop(to, message);
    }
    assert_int_equal(mailbox_put(to, &from->id, "x", 1, MAILBOX_INPUT + 1), ERR_INVALID);
    assert_int_equal(mailbox_put(to, &from->id, long_one, sizeof(long_one), 0), ERR_LIMIT);
    for (unsigned i = 0; i < MAILBOX_MESSAGES; i++)
        assert_int_equal(mailbox_put(to, &from->id, long_one, MAILBOX_MESSAGE, 0), OK);
    assert_int_equal(mailbox_put(to, &from->id, "x", 1, 0), ERR_WOULD_BLOCK);
    assert_int_equal(cell_terminate(to), OK);
    assert_int_equal(mailbox_put(to, &from->id, "x", 1, 0), ERR_CLOSED);
}

/* --- manifests --- */

/* The agent with a manifest behind it; `extra` bytes too many in it. */
static size_t with_manifest(const struct cells_manifest_reply *manifest, size_t extra,
                            uint8_t *module)
{
    const size_t name = strlen(MANIFEST_SECTION);
    uint8_t *size = module + sizeof(cells_agent) + 1, *content = size + 3 + name;
    size_t length;
    memcpy(module, cells_agent, sizeof(cells_agent));
    assert_int_equal(interface_encode(cells_calls[CELLS_CALL_MANIFEST].reply,
                                      cells_interface.version, manifest, content, 1000, &length),
                     OK);
    length += extra;
    size[-1] = 0;
    size[0] = (uint8_t)((1 + name + length) | 0x80);
    size[1] = (uint8_t)((1 + name + length) >> 7);
    size[2] = (uint8_t)name;
    memcpy(size + 3, MANIFEST_SECTION, name);
    return (size_t)(content + length - module);
}

static void a_manifest_fills_what_is_left_open(void **state)
{
    (void)state;
    static uint8_t good[4096], bad[4096];
    static const struct cells_manifest_reply manifest = {
        .policy = {.memory = 1 << 20, .fuel = 5000, .labels = "roof"}, .grants = "log"};
    static const struct cells_policy given = {.fuel = 7000, .restart = CELLS_RESTART_ALWAYS};
    struct wasm_error error;
    struct cell *cell;
    struct cell_parameters parameters = {
        .name = "a", .space = "default", .policy = &given, .grants = "", .arguments = ""};
    size_t size = with_manifest(&manifest, 1, bad);
    assert_int_equal(dna_add(&node.cells, bad, size, true, &parameters.dna, &error), ERR_CORRUPT);
    assert_string_equal(error.message, "malformed section ranvier.policy");
    size = with_manifest(&manifest, 0, good);
    assert_int_equal(dna_add(&node.cells, good, size, true, &parameters.dna, &error), OK);
    assert_int_equal(cell_create(&node.cells, &parameters, &cell), OK);
    assert_int_equal(cell->policy.memory, 1 << 20);
    assert_int_equal(cell->policy.fuel, 7000);
    assert_int_equal(cell->policy.restart, CELLS_RESTART_ALWAYS);
    assert_string_equal(cell->policy.labels, "roof");
    assert_string_equal(cell->grants, ""); /* a wish is no grant */
    assert_int_equal(cell_start(cell), ERR_DENIED);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_agent_counts),
        TEST(names_and_ids_are_unique),
        TEST(only_the_drawn_edges_exist),
        TEST(a_suspended_agent_stands_still),
        TEST(agents_take_turns),
        TEST(no_neighbour_takes_more_than_every_second_turn),
        TEST(who_was_woken_runs_next),
        TEST(who_is_woken_overtakes_one_at_a_time),
        TEST(fuel_comes_back_with_time),
        TEST(a_namespace_shares_its_quotas),
        TEST(blobs_at_rest_give_way),
        TEST(the_generator_knows_the_imports),
        TEST(unreachable_code_ends_an_agent),
        TEST(endless_recursion_ends_an_agent),
        TEST(a_load_beyond_the_memory_ends_an_agent),
        TEST(growth_ends_at_the_policy),
        TEST(failures_restart_with_a_growing_delay),
        TEST(policies_choose_nodes),
        TEST(a_call_waits_for_its_time),
        TEST(what_is_not_granted_is_refused),
        TEST(logs_keep_the_last),
        TEST(modules_are_there_once_and_can_be_forgotten),
        TEST(messages_wait_in_order),
        TEST(a_manifest_fills_what_is_left_open),
        TEST(every_shortage_of_memory_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
