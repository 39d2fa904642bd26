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
// link: kernel/harmony.c kernel/clock_real.c kernel/entropy.c
// libraries: -llz4
/*
 * Agents that ask to be moved, checkpoint hooks that settle an agent's state or fail in every way,
 * standard input and the environment; each also over a snapshot, from one node to another.
 */
#include "cells_fixture.h"
#include "cells_traveller.h"

#include <kernel/clock.h>
#include <services/cells/checkpoint.h>
#include <services/cells/mailbox.h>
#include <services/cells/ranvier.h>

static uint8_t ram[NODE_RAM] __attribute__((aligned(65536)));
static uint8_t other_ram[NODE_RAM] __attribute__((aligned(65536)));
static struct node node, other;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    node_begin(&node, ram);
    node_begin(&other, other_ram);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    node_end(&node);
    node_end(&other);
    return 0;
}

static struct dna *traveller_dna(struct node *on)
{
    struct dna *dna;
    struct wasm_error error;
    assert_int_equal(
        dna_add(&on->cells, cells_traveller, sizeof(cells_traveller), true, &dna, &error), OK);
    return dna;
}

static struct cell *traveller(const char *grants)
{
    static const struct cells_policy policy;
    const struct cell_parameters parameters = {.dna = traveller_dna(&node),
                                               .name = "traveller",
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = grants,
                                               .arguments = "",
                                               .environment = "HOME=roof LEVEL=3"};
    struct cell *cell;
    assert_int_equal(cell_create(&node.cells, &parameters, &cell), OK);
    return cell;
}

static void begin(struct node *on, struct cell *cell, const char *function, uint64_t argument)
{
    bool takes = strcmp(function, "offend") == 0 || strcmp(function, "count") == 0;
    assert_int_equal(cell_exec(cell, function, &argument, takes), OK);
    node_settle(on);
}

/* What a function returns that does not wait. */
static uint64_t call(struct node *on, struct cell *cell, const char *function, uint64_t argument)
{
    begin(on, cell, function, argument);
    assert_true(cell->has_results);
    return cell->result_count ? cell->results[0] : 0;
}

/* A copy of the agent on the other node, running. */
static struct cell *moved(struct cell *cell)
{
    struct blob *blob;
    struct cell *copy;
    traveller_dna(&other);
    assert_int_equal(snapshot_take(cell, false, &blob), OK);
    const struct snapshot_terms terms = {"default", cell->grants};
    assert_int_equal(snapshot_restore(&other.cells, blob->bytes, blob->size, &terms,
                                      CELLS_STATE_SUSPENDED, &copy),
                     OK);
    blob_destroy(&node.cells, blob);
    assert_int_equal(cell_resume(copy), OK);
    node_settle(&other);
    return copy;
}

static bool log_has(const struct cell *cell, const char *wanted)
{
    char text[CONFIG_CELLS_LOG + 1] = {0};
    uint64_t offset = 0;
    cell_log_read(cell, &offset, text, CONFIG_CELLS_LOG);
    return strstr(text, wanted) != NULL;
}

/* --- moves --- */

static void a_wish_to_move_ends_in_time(void **state)
{
    (void)state;
    char target[CELL_TARGET + 1] = "";
    struct cell *cell = traveller("migrate send");
    assert_false(ranvier_target(cell, target, sizeof(target)));
    begin(&node, cell, "go", 0);
    assert_true(ranvier_target(cell, target, sizeof(target)));
    assert_string_equal(target, "next");
    fake.now += 5000;
    node_settle(&node);
    assert_int_equal(cell->results[0], ERR_TIMEOUT);
    assert_false(ranvier_target(cell, target, sizeof(target)));
    assert_int_equal(call(&node, cell, "stay", 0), OK); /* it is there */
}

static void a_wish_to_move_is_refused(void **state)
{
    (void)state;
    struct cell *cell = traveller("migrate send");
    assert_int_equal(ranvier_refuse(cell), ERR_NOT_FOUND);
    begin(&node, cell, "go", 0);
    assert_int_equal(ranvier_refuse(cell), OK);
    node_settle(&node);
    assert_int_equal(cell->results[0], ERR_DENIED);
    begin(&node, cell, "go", 0); /* and the next wish is a new one */
    assert_true(cell->waiting);
}

static void a_wish_to_move_comes_true(void **state)
{
    (void)state;
    char target[CELL_TARGET + 1];
    struct cell *cell = traveller("migrate send");
    begin(&node, cell, "go", 0);
    struct cell *copy = moved(cell);
    assert_true(copy->has_results);
    assert_int_equal(copy->results[0], OK);
    assert_false(ranvier_target(copy, target, sizeof(target)));
    assert_true(ranvier_target(cell, target, sizeof(target))); /* where it was not moved from */
}

static void moving_wants_its_grant(void **state)
{
    (void)state;
    struct cell *cell = traveller("send");
    assert_int_equal(cell_start(cell), ERR_DENIED);
    assert_true(log_has(cell, "import ranvier.migrate_me: not granted; its grant is migrate\n"));
}

/* --- the checkpoint hook --- */

static void a_hook_runs_before_each_snapshot(void **state)
{
    (void)state;
    struct blob *blob;
    struct cell *cell = traveller("migrate send");
    assert_int_equal(call(&node, cell, "hooked", 0), 0);
    struct cell *copy = moved(cell);
    assert_int_equal(call(&other, copy, "hooked", 0), 1); /* what it did is in the snapshot */
    assert_int_equal(call(&node, cell, "hooked", 0), 1);  /* and stays where that was taken */
    assert_int_equal(snapshot_take(cell, true, &blob), OK);
    blob_destroy(&node.cells, blob);
    assert_int_equal(call(&node, cell, "hooked", 0), 2);
}

/* In the middle of a loop, and while a call waits, which both go on as if nothing had been. */
static void a_hook_disturbs_nothing(void **state)
{
    (void)state;
    const uint64_t n = 100000;
    struct blob *blob;
    char target[CELL_TARGET + 1];
    struct cell *cell = traveller("migrate send");
    assert_int_equal(cell_exec(cell, "count", &n, 1), OK);
    cells_run(&node.cells);
    assert_false(cell->has_results);
    assert_int_equal(snapshot_take(cell, false, &blob), OK);
    blob_destroy(&node.cells, blob);
    node_settle(&node);
    assert_int_equal(cell->results[0], (uint32_t)(n * (n + 1) / 2));
    begin(&node, cell, "go", 0);
    assert_int_equal(snapshot_take(cell, false, &blob), OK);
    blob_destroy(&node.cells, blob);
    assert_true(ranvier_target(cell, target, sizeof(target)));
    assert_true(cells_run(&node.cells) == fake.now + 5000);
}

static void a_hook_that_fails_is_told_of(void **state)
{
    (void)state;
    static const char *const reasons[] = {"unreachable", "it takes too long", "host"};
    struct cell *cell = traveller("migrate send");
    for (uint64_t offence = 1; offence <= 3; offence++) {
        struct blob *blob;
        call(&node, cell, "offend", offence);
        const uint64_t fuel = cell->fuel_used;
        assert_int_equal(snapshot_take(cell, false, &blob), OK);
        blob_destroy(&node.cells, blob);
        assert_true(log_has(cell, "ranvier_checkpoint failed: "));
        if (!log_has(cell, reasons[offence - 1]))
            fail_msg("offence %u has no reason", (unsigned)offence);
        assert_in_range(cell->fuel_used - fuel, offence == 2 ? CHECKPOINT_FUEL : 0,
                        CHECKPOINT_FUEL + 1);
        assert_int_equal(cell->state, CELLS_STATE_RUNNING);
        assert_int_equal(call(&node, cell, "hooked", 0), offence);
    }
}

/* --- standard input, the environment --- */

static const struct cell_id nobody;

static void type(struct cell *cell, const char *text)
{
    assert_int_equal(mailbox_put(cell, &nobody, text, strlen(text), MAILBOX_INPUT), OK);
}

/* What "read" returns for a piece of three bytes at most. */
static uint64_t piece(const char *text)
{
    uint64_t bytes = 0;
    for (size_t i = strlen(text); i > 0; i--)
        bytes = bytes << 8 | (uint8_t)text[i - 1];
    return (uint64_t)strlen(text) << 32 | bytes;
}

static void input_is_waited_for_and_read_in_pieces(void **state)
{
    (void)state;
    struct cell *cell = traveller("migrate send input");
    begin(&node, cell, "read", 0);
    assert_true(cell->waiting);
    type(cell, "abcd");
    type(cell, "ef");
    type(cell, "");
    node_settle(&node);
    assert_true(cell->results[0] == piece("abc"));
    struct cell *copy = moved(cell); /* what was not read moves with it */
    assert_true((call(&other, copy, "read", 0) & 0xFF000000FF) == (piece("d") & 0xFF000000FF));
    assert_true((call(&other, copy, "read", 0) & 0xFF0000FFFF) == (piece("ef") & 0xFF0000FFFF));
    assert_int_equal(call(&other, copy, "read", 0) >> 32, 0); /* the end, */
    assert_int_equal(call(&other, copy, "read", 0) >> 32, 0); /* which stays */
    assert_int_equal(call(&node, cell, "read", 0) >> 32, 1);
}

static void input_without_grant_is_at_its_end(void **state)
{
    (void)state;
    struct cell *cell = traveller("migrate send");
    assert_int_equal(call(&node, cell, "read", 0) >> 32, 0);
}

/* With the priority that input has among messages. */
static void input_is_not_forged_by_a_message(void **state)
{
    (void)state;
    struct cell *cell = traveller("migrate send");
    assert_int_equal(call(&node, cell, "forge", 0), ERR_INVALID);
}

static void the_environment_moves(void **state)
{
    (void)state;
    const uint64_t wanted = UINT64_C(2) << 32 | ('L' | 'E' << 8 | 'V' << 16 | (uint64_t)'E' << 24);
    struct cell *cell = traveller("migrate send");
    assert_true(call(&node, cell, "environment", 0) == wanted);
    struct cell *copy = moved(cell);
    assert_true(call(&other, copy, "environment", 0) == wanted);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wish_to_move_ends_in_time),
        TEST(a_wish_to_move_is_refused),
        TEST(a_wish_to_move_comes_true),
        TEST(moving_wants_its_grant),
        TEST(a_hook_runs_before_each_snapshot),
        TEST(a_hook_disturbs_nothing),
        TEST(a_hook_that_fails_is_told_of),
        TEST(input_is_waited_for_and_read_in_pieces),
        TEST(input_without_grant_is_at_its_end),
        TEST(input_is_not_forged_by_a_message),
        TEST(the_environment_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
