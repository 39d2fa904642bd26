/* SPDX-License-Identifier: MIT OR Apache-2.0 */
// before: make -s TARGET=sim build/sim/gen/sources.mk build/host/deps/7zip
// link: services/wasm/*.c services/cells/*.c !services/cells/cells.c !services/cells/calls.c
// link: kernel/heap.c kernel/page.c kernel/budget.c kernel/interface.c kernel/interface_call.c
// link: kernel/span.c
// link: kernel/cbor.c kernel/channel.c kernel/capability.c kernel/registry.c kernel/profile.c
// link: kernel/interrupt.c kernel/task*.c kernel/clock.c kernel/event.c kernel/log.c
// link: kernel/format.c kernel/device.c kernel/stack.c kernel/status.c tests/unit/kernel_fake.c
// link: platforms/arch/host/context.c platforms/arch/host/context_switch.S
// link: build/sim/gen/cells_interface.c kernel/harmony.c kernel/clock_real.c kernel/entropy.c
// link: tests/unit/fake_memory.c tests/unit/host_stack.c
// libraries: -include build/sim/gen/include/config.h -Ibuild/sim/gen/include
// libraries: -Itests/unit/arch -Iplatforms/arch/host -llz4 -lcmocka
// libraries: -Ibuild/host/deps/7zip/include -Lbuild/host/deps/7zip/lib -l7zip
// seeds: tests/fuzz/wasm_input.h
// long: 3600
/*
 * Snapshots from anywhere, with their hash made right, whole and deltas: what is accepted runs and
 * harms nobody, what is refused leaves nothing behind.
 */
#include <stdbool.h>

#include "wasm_input.h"
#include <services/cells/mailbox.h>
#include <services/cells/migration.h>
#include <tests/unit/cells_agent.h>
#include <tests/unit/kernel_fake.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

enum { RAM = 2 << 20, PAGE = 4096 };

struct fuzz_node {
    struct cells cells;
    struct page_pool pool;
    struct budget budgets[2];
};

static const struct snapshot_terms terms = {"default", "log"};
static uint8_t ram[2][RAM] __attribute__((aligned(65536)));

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void begin(struct fuzz_node *node, uint8_t *memory)
{
    const struct cells_parameters parameters = {.pool = &node->pool,
                                                .owner = 1,
                                                .labels = "",
                                                .node = "fuzz",
                                                .quota = RAM,
                                                .cell_limit = 4,
                                                .slice = 1000};
    struct wasm_error error;
    struct dna *dna;
    node->budgets[0] = node->budgets[1] = (struct budget){.owner = "fuzz", .limit = SIZE_MAX};
    page_pool_init(&node->pool, PAGE, node->budgets, 2);
    must(page_pool_add(&node->pool, (uintptr_t)memory, (uintptr_t)memory + RAM) == OK);
    cells_init(&node->cells, &parameters);
    must(dna_add(&node->cells, cells_agent, sizeof(cells_agent), true, &dna, &error) == OK);
}

/* An agent in the middle of counting, with messages that wait, its snapshot, and, if so, a delta
 * upon that. */
static struct blob *make(struct fuzz_node *node, bool delta, struct blob **whole)
{
    static const struct cells_policy policy;
    const struct cell_parameters parameters = {.dna = node->cells.dna,
                                               .name = "agent",
                                               .space = "default",
                                               .policy = &policy,
                                               .grants = "log",
                                               .arguments = ""};
    const uint64_t turns = 500;
    struct cell *cell;
    struct blob *blob;
    must(cell_create(&node->cells, &parameters, &cell) == OK);
    must(cell_exec(cell, "count", &turns, 1) == OK);
    cell->portion = 100;
    cells_run(&node->cells);
    must(mailbox_put(cell, &cell->id, "later", 5, 1) == OK);
    must(mailbox_put(cell, &cell->id, "now", 3, 0) == OK);
    must(snapshot_take(cell, false, whole) == OK);
    if (!delta)
        return *whole;
    cells_run(&node->cells);
    must(snapshot_take(cell, true, &blob) == OK);
    return blob;
}

static void run(struct cells *cells, struct cell *cell)
{
    cell->portion = 100;
    cell->policy.restart = CELLS_RESTART_NEVER;
    cell_resume(cell);
    for (unsigned i = 0; i < 4; i++)
        cells_run(cells);
    while (cell->state == CELLS_STATE_RUNNING && mailbox_first(cell, false))
        mailbox_drop(cell, mailbox_first(cell, false));
}

/* What does not fit into a block of LZ4 is found out before the body is looked at: so most inputs
 * change bytes of it as they are stored. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct fuzz_node here, there;
    struct blob *whole, *blob;
    struct cell *cell;
    size_t size;
    if (length < 1)
        return 0;
    fake_reset();
    begin(&here, ram[0]);
    begin(&there, ram[1]);
    bool delta = data[0] & 1;
    blob = make(&here, delta, &whole);
    uint8_t *bytes = wasm_input(data + 1, length - 1, blob->bytes, blob->size, &size);
    if (size > SNAPSHOT_HASH && !(data[0] & 2))
        dna_hash(bytes, size - SNAPSHOT_HASH, bytes + size - SNAPSHOT_HASH);
    if (delta) {
        must(snapshot_restore(&there.cells, whole->bytes, whole->size, &terms,
                              CELLS_STATE_SUSPENDED, &cell) == OK);
        if (snapshot_update(&there.cells, bytes, size, &cell) == OK)
            run(&there.cells, cell);
        must(there.cells.first && !there.cells.first->next);
    } else if (snapshot_restore(&there.cells, bytes, size, &terms, CELLS_STATE_SUSPENDED, &cell) ==
               OK) {
        run(&there.cells, cell);
    } else {
        must(!there.cells.first);
    }
    free(bytes);
    cells_fini(&here.cells);
    cells_fini(&there.cells);
    must(there.pool.free_pages == there.pool.total_pages);
    return 0;
}
