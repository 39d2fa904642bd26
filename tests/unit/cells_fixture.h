/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Nodes for tests of agents: two of them, each with RAM of its own, and the agent of cells_agent.h.
 */
#ifndef TESTS_UNIT_CELLS_FIXTURE_H
#define TESTS_UNIT_CELLS_FIXTURE_H

#include "cells_agent.h"
#include "kernel_fake.h"

#include <services/cells/dna.h>
#include <services/cells/migration.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { NODE_RAM = 4 << 20, NODE_PAGE = 4096, NODE_OWNER = 1 };

struct node {
    struct cells cells;
    struct page_pool pool;
    struct budget budgets[2];
    size_t free_before; /* pages */
    uint8_t *ram;
};

/* On which its agents are restored. */
static const struct snapshot_terms node_terms = {"default", "log"};

/* A node with nothing on it. */
static inline void node_begin(struct node *node, uint8_t *ram)
{
    node->budgets[0] = (struct budget){.owner = "kernel", .limit = SIZE_MAX};
    node->budgets[1] = (struct budget){.owner = "cells", .limit = SIZE_MAX};
    node->ram = ram;
    page_pool_init(&node->pool, NODE_PAGE, node->budgets, 2);
    assert_int_equal(page_pool_add(&node->pool, (uintptr_t)ram, (uintptr_t)ram + NODE_RAM), OK);
    node->free_before = node->pool.free_pages;
    const struct cells_parameters parameters = {.pool = &node->pool,
                                                .owner = NODE_OWNER,
                                                .labels = "lab roof",
                                                .node = "test",
                                                .quota = NODE_RAM,
                                                .cell_limit = 100,
                                                .slice = 1000000};
    cells_init(&node->cells, &parameters);
}

/* Ends it: every page must have come back. */
static inline void node_end(struct node *node)
{
    cells_fini(&node->cells);
    assert_int_equal(node->pool.free_pages, node->free_before);
}

static inline struct dna *node_dna(struct node *node)
{
    struct dna *dna;
    struct wasm_error error;
    assert_int_equal(dna_add(&node->cells, cells_agent, sizeof(cells_agent), true, &dna, &error),
                     OK);
    return dna;
}

/* Makes an agent of a policy; the status of it. */
static inline enum status node_try(struct node *node, const char *name,
                                   const struct cells_policy *policy, struct cell **cell)
{
    const struct cell_parameters parameters = {.dna = node_dna(node),
                                               .name = name,
                                               .space = "default",
                                               .policy = policy,
                                               .grants = "log",
                                               .arguments = "one two"};
    return cell_create(&node->cells, &parameters, cell);
}

static inline struct cell *node_create(struct node *node, const char *name)
{
    static const struct cells_policy policy;
    struct cell *cell;
    assert_int_equal(node_try(node, name, &policy, &cell), OK);
    return cell;
}

static inline void node_exec(struct cell *cell, const char *function, uint64_t argument)
{
    bool none = strcmp(function, "count") != 0 && strcmp(function, "nap") != 0;
    assert_int_equal(cell_exec(cell, function, &argument, none ? 0 : 1), OK);
}

/* Lets the node's agents run until none can now. */
static inline void node_settle(struct node *node)
{
    while (cells_run(&node->cells) == 0)
        continue;
}

#endif
