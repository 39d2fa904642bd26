/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See migration.h.
 */
#include <services/cells/migration.h>

#include <kernel/clock.h>
#include <kernel/format.h>

static enum status add(struct cells *cells, const struct cell *cell, const char *peer,
                       struct migration **migration)
{
    struct migration *made = cell_memory_resize(&cells->memory, NULL, 0, sizeof(*made));
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct migration){
        .handle = ++cells->migration_numbers, .cell = cell->id, .since = clock_now()};
    format_text(made->peer, sizeof(made->peer), "%s", peer);
    struct migration **link = &cells->migrations;
    while (*link)
        link = &(*link)->next;
    *link = *migration = made;
    return OK;
}

static void take_out(struct cells *cells, struct migration *migration)
{
    struct migration **link = &cells->migrations;
    while (*link != migration)
        link = &(*link)->next;
    *link = migration->next;
    cell_memory_resize(&cells->memory, migration, sizeof(*migration), 0);
}

enum status migration_initiate(struct cell *cell, const char *target, bool delta,
                               struct migration **migration, struct blob **blob)
{
    struct cells *cells = cell->cells;
    if (cell->state != CELLS_STATE_RUNNING && cell->state != CELLS_STATE_SUSPENDED)
        return ERR_BUSY;
    enum status status = snapshot_take(cell, delta, blob);
    if (status)
        return status;
    status = add(cells, cell, target, migration);
    if (status) {
        blob_destroy(cells, *blob);
        return status;
    }
    return cell_move(cell, CELLS_STATE_MIGRATING);
}

enum status migration_receive(struct cells *cells, const uint8_t *bytes, size_t size,
                              const char *source, const struct snapshot_terms *terms,
                              struct migration **migration)
{
    struct cell *cell;
    enum status status = snapshot_restore(cells, bytes, size, terms, CELLS_STATE_MIGRATING, &cell);
    if (status)
        return status;
    status = add(cells, cell, source, migration);
    if (status) {
        cell_end(cell, CELLS_CAUSE_FAILED, "no memory for its arrival");
        cell_destroy(cell);
        return status;
    }
    (*migration)->arriving = true;
    return OK;
}

/* Ends the move where the cell is, which is what it was before. */
static void go_on(struct cell *cell)
{
    cell_move(cell, cell->is_suspended ? CELLS_STATE_SUSPENDED : CELLS_STATE_RUNNING);
}

enum status migration_complete(struct cells *cells, struct migration *migration)
{
    struct cell *cell = cell_find(cells, &migration->cell);
    if (migration->arriving)
        go_on(cell);
    else
        cell_end(cell, CELLS_CAUSE_MOVED, migration->peer);
    take_out(cells, migration);
    return OK;
}

enum status migration_cancel(struct cells *cells, struct migration *migration)
{
    struct cell *cell = cell_find(cells, &migration->cell);
    if (migration->arriving) {
        cell_end(cell, CELLS_CAUSE_ENDED, "its move was cancelled");
        cell_destroy(cell);
    } else {
        go_on(cell);
    }
    take_out(cells, migration);
    return OK;
}

struct migration *migration_find(struct cells *cells, uint32_t handle)
{
    struct migration *migration = cells->migrations;
    while (migration && migration->handle != handle)
        migration = migration->next;
    return migration;
}

void migrations_end(struct cells *cells)
{
    while (cells->migrations)
        take_out(cells, cells->migrations);
}
