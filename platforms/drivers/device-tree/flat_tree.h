/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reader of flattened device trees (Devicetree Specification 0.4, chapter 5). The tree comes from
 * outside: everything in it is checked before it is believed, and nothing is read beyond the bytes
 * that flat_tree_open was given. Pure.
 */
#ifndef FLAT_TREE_H
#define FLAT_TREE_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A tree whose header has been checked; borrows the blob. */
struct flat_tree {
    const uint8_t *structure;
    size_t structure_size;
    const char *strings; /* ends with a NUL */
    size_t strings_size;
};

/* A node, while it is visited. */
struct flat_node {
    const char *name;    /* "pl011@9000000" */
    unsigned depth;      /* 0: the root */
    bool is_memory;      /* device_type = "memory" */
    bool is_cpu;         /* device_type = "cpu" */
    bool is_enabled;     /* status is absent or okay */
    bool is_addressed;   /* its addresses are the CPU's: no parent translates them */
    uint64_t file_start; /* of /chosen: where the loader has put a file (linux,initrd-…), 0 if */
    uint64_t file_end;   /* there is none; where it ends */
    const uint8_t *reg;  /* NULL if it has none */
    size_t reg_count;    /* pairs of base and size in it */
    unsigned address_cells;
    unsigned size_cells; /* of these pairs */
};

/* Checks the header of the blob at `blob`, of which `limit` bytes may be read: all its blocks must
 * lie in them. ERR_NOT_FOUND if it is no device tree, ERR_UNSUPPORTED for a version that is none of
 * ours, ERR_CORRUPT if its parts do not lie in it. */
enum status flat_tree_open(struct flat_tree *tree, const void *blob, size_t limit);

/* Visits every node, parents first. ERR_CORRUPT if the structure is damaged, ERR_LIMIT if it nests
 * too deeply; what came before has been visited then. */
enum status flat_tree_walk(const struct flat_tree *tree,
                           void (*visit)(const struct flat_node *node, void *context),
                           void *context);

/* Pair `index` (below reg_count) of a node's reg. */
void flat_node_reg(const struct flat_node *node, size_t index, uint64_t *base, uint64_t *size);

#endif
