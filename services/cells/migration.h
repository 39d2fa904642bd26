/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Migrations, in two phases, so that at every instant at most one side runs the agent, whatever is
 * lost between them. The mesh drives it; here are both ends.
 *
 *   source                                                  target
 *   migration_initiate: RUNNING -> MIGRATING, snapshot
 *        ---------------- the snapshot's bytes ----------->
 *                                                           migration_receive: MIGRATING
 *        <--------------- it is there ---------------------
 *   migration_complete: TERMINATED, for good
 *        ---------------- go on -------------------------->
 *                                                           migration_complete: RUNNING
 *
 * Who was SUSPENDED arrives as that, or is that again where it was.
 *
 * Until its end is complete the source may cancel, and its agent goes on there; the target never
 * goes on before it is told, and cancels only what it is told to. A source that has completed never
 * runs the agent again, so "go on" may be sent as often as it takes.
 */
#ifndef CELLS_MIGRATION_H
#define CELLS_MIGRATION_H

#include <services/cells/snapshot.h>

enum { MIGRATION_PEER = 64 };

struct migration {
    struct migration *next;
    uint32_t handle; /* not 0 */
    struct cell_id cell;
    bool arriving;
    char peer[MIGRATION_PEER + 1];
    uint64_t since; /* ns */
};

/* Stops a cell that is to move to `target`, and takes its snapshot, a delta if so. Errors of
 * snapshot_take; the cell is as before then. */
enum status migration_initiate(struct cell *cell, const char *target, bool delta,
                               struct migration **migration, struct blob **blob);

/* Makes the cell of a snapshot from `source`, on these terms, which waits. Errors of
 * snapshot_restore. */
enum status migration_receive(struct cells *cells, const uint8_t *bytes, size_t size,
                              const char *source, const struct snapshot_terms *terms,
                              struct migration **migration);

/* The move is done: the agent that leaves ends, or the one that has arrived goes on. */
enum status migration_complete(struct cells *cells, struct migration *migration);

/* It isn't: the agent that was to leave goes on as before, or the one that has arrived is
 * forgotten.
 */
enum status migration_cancel(struct cells *cells, struct migration *migration);

struct migration *migration_find(struct cells *cells, uint32_t handle);

void migrations_end(struct cells *cells);

#endif
