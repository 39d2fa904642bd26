/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What capabilities are, without any cleverness: a row for each that ever was, with the row that it
 * was derived from. The kernel's tables must agree with it after every operation.
 */
#ifndef CAPABILITY_MODEL_H
#define CAPABILITY_MODEL_H

#include <kernel/capability.h>

enum { MODEL_HOLDERS = 6, MODEL_SLOTS = 48, MODEL_ROWS = 4096, MODEL_NONE = -1 };

struct model_row {
    struct capability handle;
    int parent; /* a row, or MODEL_NONE */
    int holder;
    unsigned rights;
    bool alive, lent;
};

struct model {
    struct model_row rows[MODEL_ROWS];
    int count; /* rows */
    int holders;
    unsigned slots; /* of each holder */
};

enum model_operation {
    MODEL_CREATE,
    MODEL_DERIVE,
    MODEL_TRANSFER,
    MODEL_REVOKE,
    MODEL_DROP,
    MODEL_LEND,
    MODEL_RETURN,
    MODEL_TAKE,
    MODEL_CLEAR,
    MODEL_OPERATIONS
};

/* An operation: what, on which row, to which holder, with which rights. */
struct model_step {
    enum model_operation operation;
    int row;
    int to;
    unsigned rights;
};

/* The kernel's side. */
extern struct capability_holder model_holders[MODEL_HOLDERS];
extern struct capability_slot model_slots[MODEL_HOLDERS][MODEL_SLOTS];
extern const struct capability_type model_type;
extern int model_references; /* calls of get less those of put */

/* Empties the model and the tables. */
void model_init(struct model *model, int holders, unsigned slots);

/* Does the step in the model and in the kernel and compares what they say. */
void model_do(struct model *model, struct model_step step);

/* Compares everything. */
void model_check(const struct model *model);

#endif
