/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The checkpoint hook: an agent that exports `ranvier_checkpoint`, without parameters and results,
 * has it called before each snapshot of it, so that it can settle its state. It runs as a signal
 * handler would, wherever the agent stands, on a stack and on fuel of its own. What it has done by
 * then is in the snapshot even where it fails: it traps, waits, or has used up its fuel. The
 * agent's log says so then, and the snapshot is taken all the same.
 */
#ifndef CELLS_CHECKPOINT_H
#define CELLS_CHECKPOINT_H

#include <services/cells/cell.h>

enum {
    CHECKPOINT_FUEL = 16384, /* units that the hook may take */
    CHECKPOINT_STACK = 256   /* values */
};

/* Calls the hook of a cell that has an instance. Nothing where it has none, or has not begun. */
void checkpoint_call(struct cell *cell);

#endif
