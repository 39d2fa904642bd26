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
 * Snapshots and moves: from every place an agent can stand, between two nodes; deltas; what is
 * damaged, cut off, foreign or hostile is refused whole; a move is done on one side at a time.
 */
#include "cells_fixture.h"

#include <kernel/clock.h>
#include <services/cells/mailbox.h>

enum { READING = 1024 /* bytes that an agent needs beside its own to read a state */ };

static uint8_t ram[2][NODE_RAM] __attribute__((aligned(65536)));
static struct node here, there;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    fake.now = NANOSECONDS_PER_SECOND;
    node_begin(&here, ram[0]);
    node_begin(&there, ram[1]);
    node_dna(&there);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    node_end(&here);
    node_end(&there);
    return 0;
}

static struct blob *taken(struct cell *cell, bool delta)
{
    struct blob *blob;
    assert_int_equal(snapshot_take(cell, delta, &blob), OK);
    return blob;
}

static struct cell *restored(struct node *node, const struct blob *blob)
{
    struct cell *cell;
    assert_int_equal(snapshot_restore(&node->cells, blob->bytes, blob->size, &node_terms,
                                      CELLS_STATE_SUSPENDED, &cell),
                     OK);
    return cell;
}

/* A cell in the middle of counting, with a small portion of fuel. */
static struct cell *counting(uint32_t n, unsigned slices)
{
    struct cell *cell = node_create(&here, "counter");
    cell->portion = 64;
    node_exec(cell, "count", n);
    for (unsigned i = 0; i < slices; i++)
        cells_run(&here.cells);
    return cell;
}

static uint64_t finished(struct node *node, struct cell *cell)
{
    if (cell->state == CELLS_STATE_SUSPENDED)
        assert_int_equal(cell_resume(cell), OK);
    node_settle(node);
    assert_true(cell->has_results);
    return cell->results[0];
}

static void an_agent_goes_on_elsewhere(void **state)
{
    (void)state;
    for (unsigned slices = 0; slices < 6; slices++) {
        struct cell *cell = counting(3000, slices), *copy;
        struct blob *blob = taken(cell, false);
        struct snapshot_info info;
        assert_int_equal(snapshot_verify(blob->bytes, blob->size, &info), OK);
        assert_memory_equal(&info.id, &cell->id, sizeof(info.id));
        assert_memory_equal(info.dna, cell->dna_hash, sizeof(info.dna));
        assert_int_equal(info.sequence, 1);
        copy = restored(&there, blob);
        assert_memory_equal(&copy->id, &cell->id, sizeof(copy->id));
        assert_string_equal(copy->name, "counter");
        assert_string_equal(copy->grants, "log");
        assert_true(finished(&there, copy) == finished(&here, cell));
        blob_destroy(&here.cells, blob);
        cell_terminate(cell);
        cell_destroy(cell);
        cell_terminate(copy);
        cell_destroy(copy);
    }
}

static void a_waiting_call_ends_as_moved_and_time_goes_on(void **state)
{
    (void)state;
    struct cell *cell = node_create(&here, "sleeper");
    node_exec(cell, "nap", 1000000);
    node_settle(&here);
    struct blob *blob = taken(cell, false);
    uint64_t before = host_time(cell);
    fake.now = 5; /* that node began later */
    struct cell *copy = restored(&there, blob);
    assert_true(host_time(copy) >= before);
    struct blob *again = taken(copy, false); /* before it has run */
    assert_int_equal(finished(&there, copy), ERR_MIGRATED);
    cell_terminate(copy);
    cell_destroy(copy);
    copy = restored(&there, again);
    assert_int_equal(finished(&there, copy), ERR_MIGRATED);
}

/* --- messages that wait --- */

static const struct cell_id sender = {{1, 2, 3}};

static void send(struct cell *to, const char *text, unsigned priority)
{
    assert_int_equal(mailbox_put(to, &sender, text, strlen(text), priority), OK);
}

static void receive(struct cell *cell, const char *text)
{
    struct mailbox_message *message = mailbox_first(cell, false);
    assert_non_null(message);
    assert_int_equal(message->length, strlen(text));
    assert_memory_equal(message->data, text, message->length);
    assert_memory_equal(&message->from, &sender, sizeof(sender));
    mailbox_drop(cell, message);
}

static void messages_that_wait_move_with_the_agent(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    struct migration *leaving, *arriving;
    struct blob *blob;
    send(cell, "second", 1);
    send(cell, "", 1);
    send(cell, "first", 0);
    assert_int_equal(migration_initiate(cell, "there", false, &leaving, &blob), OK);
    assert_int_equal(mailbox_put(cell, &sender, "lost", 4, 0), ERR_BUSY);
    assert_int_equal(
        migration_receive(&there.cells, blob->bytes, blob->size, "here", &node_terms, &arriving),
        OK);
    struct cell *copy = cell_find(&there.cells, &cell->id);
    assert_int_equal(mailbox_put(copy, &sender, "early", 5, 0), ERR_BUSY);
    assert_int_equal(migration_complete(&here.cells, leaving), OK);
    assert_int_equal(migration_complete(&there.cells, arriving), OK);
    send(copy, "third", 1);
    receive(copy, "first");
    receive(copy, "second");
    receive(copy, "");
    receive(copy, "third");
    assert_null(mailbox_first(copy, false));
}

/* A delta has the mailbox as it was then; a copy that got a message of its own takes none. */
static void a_delta_has_the_messages_of_its_time(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *updated;
    send(cell, "old", 1);
    struct cell *copy = restored(&there, taken(cell, false));
    receive(cell, "old");
    send(cell, "new", 1);
    struct blob *delta = taken(cell, true);
    assert_int_equal(snapshot_update(&there.cells, delta->bytes, delta->size, &updated), OK);
    receive(updated, "new");
    assert_null(mailbox_first(updated, false));
    cell_terminate(updated);
    cell_destroy(updated);
    copy = restored(&there, taken(cell, false));
    send(copy, "its own", 1);
    delta = taken(cell, true);
    assert_int_equal(snapshot_update(&there.cells, delta->bytes, delta->size, &updated), ERR_BUSY);
}

static void a_delta_has_what_changed(void **state)
{
    (void)state;
    struct cell *cell = counting(8000, 0);
    cell->portion = 1 << 20;
    node_settle(&here); /* all of its memory is written to */
    cell->portion = 64;
    struct blob *whole = taken(cell, false);
    struct cell *copy = restored(&there, whole), *updated;
    node_exec(cell, "count", 300);
    cells_run(&here.cells);
    struct blob *first = taken(cell, true);
    cells_run(&here.cells);
    struct blob *second = taken(cell, true);
    assert_true(first->size < whole->size / 4);
    assert_int_equal(snapshot_update(&there.cells, second->bytes, second->size, &updated),
                     ERR_BUSY); /* not upon what is there */
    assert_int_equal(snapshot_restore(&there.cells, first->bytes, first->size, &node_terms,
                                      CELLS_STATE_SUSPENDED, &updated),
                     ERR_INVALID);
    assert_int_equal(snapshot_update(&there.cells, first->bytes, first->size, &updated), OK);
    assert_int_equal(snapshot_update(&there.cells, second->bytes, second->size, &updated), OK);
    copy = cell_named(&there.cells, "default", "counter");
    assert_ptr_equal(copy, updated);
    assert_memory_equal(&copy->id, &cell->id, sizeof(copy->id));
    assert_true(finished(&there, copy) == finished(&here, cell));
    size_t size, copy_size;
    const uint8_t *bytes = wasm_memory_bytes(wasm_instance_memory(cell->instance), &size);
    const uint8_t *copy_bytes = wasm_memory_bytes(wasm_instance_memory(copy->instance), &copy_size);
    assert_int_equal(size, copy_size);
    assert_memory_equal(bytes, copy_bytes, size);
    assert_int_equal(snapshot_update(&there.cells, second->bytes, second->size, &updated),
                     ERR_BUSY); /* it has run since */
}

/* A copy of a blob, to be changed, of exactly its size. */
static uint8_t *copied(const struct blob *blob)
{
    uint8_t *copy = test_malloc(blob->size);
    memcpy(copy, blob->bytes, blob->size);
    return copy;
}

static enum status restore_bytes(const uint8_t *bytes, size_t size)
{
    struct cell *cell;
    enum status status =
        snapshot_restore(&there.cells, bytes, size, &node_terms, CELLS_STATE_SUSPENDED, &cell);
    if (status == OK) {
        cell_terminate(cell);
        cell_destroy(cell);
    }
    return status;
}

static void what_is_damaged_or_cut_off_is_refused(void **state)
{
    (void)state;
    struct blob *blob = taken(counting(3000, 2), false);
    size_t free_pages = there.pool.free_pages;
    for (size_t i = 0; i < blob->size; i++) {
        uint8_t *copy = copied(blob);
        copy[i] ^= 1u << i % 8;
        enum status status = restore_bytes(copy, blob->size);
        assert_true(status == ERR_CORRUPT || (i < 8 && status == ERR_UNSUPPORTED));
        test_free(copy);
    }
    for (size_t size = 0; size < blob->size; size++)
        assert_int_not_equal(restore_bytes(blob->bytes, size), OK);
    assert_int_equal(there.pool.free_pages, free_pages);
    assert_null(there.cells.first);
    assert_int_equal(restore_bytes(blob->bytes, blob->size), OK);
}

/* Each byte changed in turn, and the hash made right again: what is accepted must run or trap. */
static void what_is_hostile_harms_nobody(void **state)
{
    (void)state;
    struct cell *hostile = counting(3000, 2);
    send(hostile, "message", 1);
    struct blob *blob = taken(hostile, false);
    for (size_t i = 0; i < blob->size - SNAPSHOT_HASH; i++) {
        for (unsigned change = 1; change < 256; change = change * 5 + 2) {
            uint8_t *copy = copied(blob);
            struct cell *cell;
            copy[i] ^= (uint8_t)change;
            dna_hash(copy, blob->size - SNAPSHOT_HASH, copy + blob->size - SNAPSHOT_HASH);
            if (snapshot_restore(&there.cells, copy, blob->size, &node_terms, CELLS_STATE_SUSPENDED,
                                 &cell) == OK) {
                cell->portion = 64;
                cell_resume(cell);
                cells_run(&there.cells);
                cell->policy.restart = CELLS_RESTART_NEVER;
                cell_terminate(cell);
                cell_destroy(cell);
            }
            assert_null(there.cells.first);
            test_free(copy);
        }
    }
}

/* A record may be sound in form and say that its agent has lived for ever. */
static void what_is_extreme_harms_nobody(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    cell->restarts = UINT32_MAX;
    cell->fuel_used = UINT64_MAX;
    cell->clock_offset = INT64_MAX - (int64_t)fake.now;
    cell->has_parent = true;
    cell->parent = cell->id; /* its own */
    cell->policy = (struct cells_policy){.memory = UINT32_MAX,
                                         .fuel = UINT64_MAX,
                                         .latency = UINT32_MAX,
                                         .restart = CELLS_RESTART_ALWAYS};
    const struct blob *blob = taken(cell, false);
    struct cell *copy = restored(&there, blob);
    assert_true(host_time(copy) == INT64_MAX);
    assert_true(finished(&there, copy) == finished(&here, cell));
    node_exec(copy, "nap", UINT64_MAX - 1);
    node_settle(&there);
    fake.now += NANOSECONDS_PER_SECOND;
    node_settle(&there);
    assert_true(host_time(copy) > INT64_MAX); /* and does not go back */
    assert_int_equal(cell_terminate(copy), OK);
    cell_destroy(copy);
    copy = restored(&there, blob);
    finished(&there, copy);
    node_exec(copy, "fault", 0);
    node_settle(&there);
    assert_int_equal(copy->state, CELLS_STATE_CREATED); /* it waits to begin anew */
    assert_true(cells_run(&there.cells) == fake.now + 64 * NANOSECONDS_PER_SECOND);
}

static enum status with_grants(const struct blob *blob, const char *grants, struct cell **cell)
{
    const struct snapshot_terms terms = {"default", grants};
    return snapshot_restore(&there.cells, blob->bytes, blob->size, &terms, CELLS_STATE_SUSPENDED,
                            cell);
}

/* A snapshot says what its agent was granted, and whoever wrote it may have made that up. */
static void what_was_granted_elsewhere_is_not_here(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *copy;
    strcpy(cell->grants, "log send spawn cells.create");
    struct blob *blob = taken(cell, false);
    assert_int_equal(with_grants(blob, "", &copy), ERR_DENIED);
    assert_int_equal(with_grants(blob, "log cells.create", &copy), ERR_UNSUPPORTED);
    assert_null(there.cells.first);
    assert_int_equal(with_grants(blob, "log input", &copy), OK);
    assert_string_equal(copy->grants, "log input");
    cells_run(&here.cells);
    blob = taken(cell, true);
    assert_int_equal(snapshot_update(&there.cells, blob->bytes, blob->size, &copy), OK);
    assert_string_equal(copy->grants, "log input"); /* nor does a delta give any */
}

/* From one node to the other, where it runs. */
static struct cell *moved(struct node *from, struct node *to, struct cell *cell)
{
    const struct cell_id id = cell->id;
    struct migration *leaving, *arriving;
    struct blob *blob;
    assert_int_equal(migration_initiate(cell, "to", false, &leaving, &blob), OK);
    assert_int_equal(
        migration_receive(&to->cells, blob->bytes, blob->size, "from", &node_terms, &arriving), OK);
    blob_destroy(&from->cells, blob);
    assert_int_equal(migration_complete(&from->cells, leaving), OK);
    assert_int_equal(migration_complete(&to->cells, arriving), OK);
    return cell_find(&to->cells, &id);
}

static enum status into(const char *space, const struct blob *blob, struct cell **cell)
{
    const struct snapshot_terms terms = {space, "log"};
    return snapshot_restore(&there.cells, blob->bytes, blob->size, &terms, CELLS_STATE_SUSPENDED,
                            cell);
}

/* Nor does it say whose quota there its agent counts on, nor how much that is. */
static void whose_it_was_elsewhere_is_not_whose_it_is_here(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *copy;
    struct namespace *lab, *default_space;
    strcpy(cell->space->name, "victim");
    cell->policy.memory = UINT32_MAX;
    cell->policy.fuel = 0;
    struct blob *blob = taken(cell, false);
    assert_int_equal(cells_namespace(&there.cells, "default", &default_space), OK);
    assert_int_equal(cells_namespace(&there.cells, "lab", &lab), OK);
    assert_int_equal(into("two words", blob, &copy), ERR_INVALID);
    assert_int_equal(into("", blob, &copy), ERR_INVALID);
    lab->memory.limit = WASM_PAGE_SIZE / 2;
    assert_int_equal(into("lab", blob, &copy), ERR_NO_MEMORY);
    assert_null(there.cells.first);
    lab->memory.limit = NODE_RAM;
    lab->cell_limit = 0;
    assert_int_equal(into("lab", blob, &copy), ERR_LIMIT);
    lab->cell_limit = 1;
    assert_int_equal(into("lab", blob, &copy), OK);
    assert_ptr_equal(copy->space, lab);
    assert_true(lab->memory.used == copy->memory.own.used && default_space->memory.used == 0);
    for (struct namespace *space = there.cells.spaces; space; space = space->next)
        assert_string_not_equal(space->name, "victim"); /* not even made */
    lab->fuel.rate = 100;
    assert_int_equal(cell_resume(copy), OK);
    cells_run(&there.cells);
    assert_true(lab->fuel.spent >= 100 && cells_run(&there.cells) > fake.now); /* it is out */
}

/* A delta leaves its agent where it is, whatever it says. */
static void a_delta_moves_nobody_to_another_namespace(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *copy;
    assert_int_equal(into("lab", taken(cell, false), &copy), OK);
    cells_run(&here.cells);
    const struct blob *delta = taken(cell, true);
    assert_int_equal(snapshot_update(&there.cells, delta->bytes, delta->size, &copy), OK);
    assert_string_equal(copy->space->name, "lab");
}

/* Who comes in another's place counts instead of it: there has to be no room for both. Where that
 * fails, the other is there as before. */
static void a_delta_finds_room_in_a_namespace_that_is_full(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *copy = restored(&there, taken(cell, false)), *made;
    struct namespace *space = copy->space;
    const size_t used = space->memory.used;
    cells_run(&here.cells);
    const struct blob *delta = taken(cell, true);
    space->cell_limit = 1;
    space->memory.limit = used / 2;
    enum status status = snapshot_update(&there.cells, delta->bytes, delta->size, &made);
    assert_int_equal(status, ERR_NO_MEMORY);
    space->memory.limit = used + READING;
    for (uint32_t n = 1; status; n++) {
        assert_true(there.cells.first == copy && !copy->next && space->cells == 1);
        assert_true(space->memory.used == used && copy->memory.own.used == used);
        there.pool.fail_at = n;
        status = snapshot_update(&there.cells, delta->bytes, delta->size, &made);
    }
    there.pool.fail_at = 0;
    assert_true(there.cells.first == made && !made->next && space->cells == 1);
    assert_true(space->memory.used == made->memory.own.used && made->memory.own.used <= used);
    assert_true(finished(&there, made) == finished(&here, cell));
    assert_int_equal(cell_terminate(made), OK);
    assert_true(space->cells == 0 && space->memory.used == 0);
}

/* What is left of who has moved away holds its name in its own namespace only. */
static void who_comes_back_to_another_namespace_finds_its_name_taken(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2), *back;
    struct cell *away = moved(&here, &there, cell);
    const struct blob *blob = taken(away, false);
    const struct snapshot_terms lab = {"lab", "log"};
    struct cell_parameters other = {.dna = node_dna(&here), .name = "counter", .space = "lab"};
    other.policy = &away->policy;
    other.grants = other.arguments = "";
    assert_int_equal(cell_create(&here.cells, &other, &back), OK);
    assert_int_equal(
        snapshot_restore(&here.cells, blob->bytes, blob->size, &lab, CELLS_STATE_SUSPENDED, &back),
        ERR_BUSY);
    assert_int_equal(cell_terminate(cell_named(&here.cells, "lab", "counter")), OK);
    cell_destroy(cell_named(&here.cells, "lab", "counter"));
    assert_int_equal(
        snapshot_restore(&here.cells, blob->bytes, blob->size, &lab, CELLS_STATE_SUSPENDED, &back),
        OK);
    assert_ptr_equal(cell_named(&here.cells, "lab", "counter"), back);
    assert_null(cell_named(&here.cells, "default", "counter"));
}

static void what_is_foreign_is_refused(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    struct blob *blob = taken(cell, false);
    struct dna *dna = there.cells.dna;
    there.cells.dna = NULL;
    assert_int_equal(restore_bytes(blob->bytes, blob->size), ERR_NOT_FOUND);
    there.cells.dna = dna;
    struct cell *copy = restored(&there, blob);
    assert_int_equal(restore_bytes(blob->bytes, blob->size), ERR_BUSY); /* it is here */
    cell_terminate(copy);
    struct blob *delta;
    struct cell *other = node_create(&there, "other");
    assert_int_equal(snapshot_take(other, false, &delta), ERR_BUSY);
    assert_int_equal(cell_start(other), OK);
    assert_int_equal(snapshot_take(other, true, &delta), ERR_NOT_FOUND);
}

static void a_move_is_done_on_one_side_at_a_time(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    struct migration *leaving, *arriving;
    struct blob *blob;
    assert_int_equal(migration_initiate(cell, "there", false, &leaving, &blob), OK);
    assert_int_equal(cell->state, CELLS_STATE_MIGRATING);
    assert_int_equal(migration_initiate(cell, "there", false, &arriving, &blob), ERR_BUSY);
    assert_int_equal(
        migration_receive(&there.cells, blob->bytes, blob->size, "here", &node_terms, &arriving),
        OK);
    struct cell *copy = cell_find(&there.cells, &cell->id);
    uint64_t fuel = cell->fuel_used;
    assert_true(cells_run(&here.cells) == CLOCK_NEVER); /* neither side runs */
    assert_true(cells_run(&there.cells) == CLOCK_NEVER);
    assert_int_equal(cell_resume(copy), ERR_BUSY);
    assert_int_equal(cell_terminate(cell), ERR_BUSY);
    assert_ptr_equal(migration_find(&here.cells, leaving->handle), leaving);
    assert_int_equal(migration_complete(&here.cells, leaving), OK);
    assert_int_equal(cell->state, CELLS_STATE_TERMINATED);
    assert_int_equal(cell->end.cause, CELLS_CAUSE_MOVED);
    assert_int_equal(migration_complete(&there.cells, arriving), OK);
    assert_null(here.cells.migrations);
    assert_null(there.cells.migrations);
    assert_true(copy->fuel_used == fuel);
    node_settle(&there);
    struct cell *again = node_create(&here, "again");
    node_exec(again, "count", 3000);
    assert_true(finished(&here, again) == copy->results[0]);
}

static void who_has_moved_away_can_come_back(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    const struct cell_id id = cell->id;
    cell->space->cell_limit = 1; /* what is left of it counts no more */
    cell->space->memory.limit = cell->space->memory.used + READING;
    struct cell *away = moved(&here, &there, cell);
    cells_run(&there.cells);
    const uint64_t fuel = away->fuel_used;
    struct blob *blob = taken(away, false);
    blob->bytes[blob->size / 2] ^= 1;
    assert_int_equal(snapshot_restore(&here.cells, blob->bytes, blob->size, &node_terms,
                                      CELLS_STATE_SUSPENDED, &cell),
                     ERR_CORRUPT);
    cell = cell_find(&here.cells, &id); /* what is left of it stays until it is whole again */
    assert_int_equal(cell->end.cause, CELLS_CAUSE_MOVED);
    blob_destroy(&there.cells, blob);
    struct cell *back = moved(&there, &here, away);
    assert_string_equal(back->name, "counter");
    assert_true(back->fuel_used == fuel);
    assert_ptr_equal(here.cells.first, back);
    assert_null(back->next);
    node_settle(&here);
    assert_true(back->has_results);
    blob = taken(back, false);
    assert_int_equal(cell_terminate(back), OK);
    assert_int_equal(snapshot_restore(&here.cells, blob->bytes, blob->size, &node_terms,
                                      CELLS_STATE_SUSPENDED, &cell),
                     ERR_BUSY); /* it was ended here: nobody brings it back by mistake */
}

static void a_move_can_be_cancelled_on_both_sides(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    struct migration *leaving, *arriving;
    struct blob *blob;
    assert_int_equal(migration_initiate(cell, "there", false, &leaving, &blob), OK);
    assert_int_equal(
        migration_receive(&there.cells, blob->bytes, blob->size, "here", &node_terms, &arriving),
        OK);
    assert_int_equal(migration_cancel(&there.cells, arriving), OK);
    assert_null(there.cells.first);
    assert_int_equal(migration_cancel(&here.cells, leaving), OK);
    assert_int_equal(cell->state, CELLS_STATE_RUNNING);
    node_settle(&here);
    assert_true(cell->has_results);
    assert_int_equal(cell_suspend(cell), OK);
    assert_int_equal(migration_initiate(cell, "there", true, &leaving, &blob), OK);
    assert_int_equal(migration_cancel(&here.cells, leaving), OK);
    assert_int_equal(cell->state, CELLS_STATE_SUSPENDED);
}

/* Whatever it is when its last snapshot is taken; cancelled or not, whole or with a delta. */
static void who_is_suspended_stays_so(void **state)
{
    (void)state;
    struct cell *cell = counting(3000, 2);
    struct migration *leaving, *arriving;
    struct blob *blob;
    assert_int_equal(cell_suspend(cell), OK);
    struct cell *copy = moved(&here, &there, cell);
    assert_int_equal(copy->state, CELLS_STATE_SUSPENDED);
    assert_true(cells_run(&there.cells) == CLOCK_NEVER);
    assert_int_equal(cell_resume(copy), OK);
    cell = moved(&there, &here, copy);
    assert_int_equal(cell->state, CELLS_STATE_RUNNING);
    blob = taken(cell, false);
    assert_int_equal(
        migration_receive(&there.cells, blob->bytes, blob->size, "here", &node_terms, &arriving),
        OK);
    assert_int_equal(cell_suspend(cell), OK); /* before the delta that moves */
    assert_int_equal(migration_initiate(cell, "there", true, &leaving, &blob), OK);
    assert_int_equal(snapshot_update(&there.cells, blob->bytes, blob->size, &copy), OK);
    assert_int_equal(migration_complete(&here.cells, leaving), OK);
    assert_int_equal(migration_complete(&there.cells, arriving), OK);
    assert_int_equal(copy->state, CELLS_STATE_SUSPENDED);
    assert_int_equal(cell_resume(copy), OK);
    node_settle(&there);
    assert_true(copy->has_results);
}

/* Each allocation of pages fails once while taking and while restoring: nothing changes then. */
static void shortages_of_memory_change_nothing(void **state)
{
    (void)state;
    struct cell *cell = counting(8000, 2), *copy;
    enum status status;
    struct blob *blob;
    uint32_t n = 0;
    do {
        size_t free_pages = here.pool.free_pages;
        here.pool.fail_at = ++n;
        status = snapshot_take(cell, false, &blob);
        if (status)
            assert_true(status == ERR_NO_MEMORY && here.pool.free_pages + 8 >= free_pages);
    } while (status);
    here.pool.fail_at = n = 0;
    do {
        there.pool.fail_at = ++n;
        status = snapshot_restore(&there.cells, blob->bytes, blob->size, &node_terms,
                                  CELLS_STATE_SUSPENDED, &copy);
        assert_true(status == OK || (status == ERR_NO_MEMORY && !there.cells.first));
    } while (status);
    there.pool.fail_at = 0;
    assert_true(finished(&there, copy) == finished(&here, cell));
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_agent_goes_on_elsewhere),
        TEST(a_waiting_call_ends_as_moved_and_time_goes_on),
        TEST(messages_that_wait_move_with_the_agent),
        TEST(a_delta_has_the_messages_of_its_time),
        TEST(a_delta_has_what_changed),
        TEST(what_is_damaged_or_cut_off_is_refused),
        TEST(what_is_hostile_harms_nobody),
        TEST(what_is_extreme_harms_nobody),
        TEST(what_was_granted_elsewhere_is_not_here),
        TEST(whose_it_was_elsewhere_is_not_whose_it_is_here),
        TEST(a_delta_moves_nobody_to_another_namespace),
        TEST(a_delta_finds_room_in_a_namespace_that_is_full),
        TEST(who_comes_back_to_another_namespace_finds_its_name_taken),
        TEST(what_is_foreign_is_refused),
        TEST(a_move_is_done_on_one_side_at_a_time),
        TEST(who_has_moved_away_can_come_back),
        TEST(a_move_can_be_cancelled_on_both_sides),
        TEST(who_is_suspended_stays_so),
        TEST(shortages_of_memory_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
