/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Restoring a snapshot, and bringing a cell up to a delta (snapshot.h). Both make a new cell beside
 * whatever there is, so that a snapshot that turns out to be none changes nothing.
 */
#include <services/cells/binding.h>
#include <services/cells/mailbox.h>
#include <services/cells/random.h>
#include <services/cells/record.h>
#include <services/cells/snapshot_format.h>

#include <kernel/clock.h>
#include <string.h>

/* What the record says of the call that runs must be what the engine's state says. */
static enum status settle(struct cell *cell, const struct record *record, bool pending)
{
    cell->stage = record->stage;
    cell->called = record->called;
    cell->is_suspended = record->is_suspended;
    cell->fuel_used = record->fuel_used;
    cell->restarts = record->restarts;
    cell->result_count = record->result_count;
    memcpy(cell->result_types, record->result_types, sizeof(cell->result_types));
    cell->clock_offset = (int64_t)(record->time - clock_now());
    if (pending != record->pending || (pending && cell->stage == STAGE_IDLE))
        return ERR_CORRUPT;
    if (!pending)
        return OK;
    cell->pending = binding_find(cell, record->pending_import);
    if (!cell->pending || !cell->pending->import->waiting ||
        wasm_machine_pending_results(cell->machine) != strlen(cell->pending->import->results))
        return ERR_CORRUPT;
    cell->waiting = cell->woken = cell->moved = true;
    return OK;
}

/* Fills a fresh cell from what follows the record, its memory upon what `base` has. */
static enum status fill(struct cell *cell, const struct cell *base, const struct record *record,
                        const uint8_t *state, size_t size)
{
    bool pending = false;
    size_t messages = 0;
    enum status status = cell_instantiate(cell);
    if (status == OK)
        status = mailbox_read(cell, state, size, &messages);
    if (status)
        return status;
    state += messages;
    size -= messages;
    status = base ? wasm_state_read_upon(cell->machine, cell->instance, base->instance, state, size,
                                         &pending)
                  : wasm_state_read(cell->machine, cell->instance, state, size, &pending);
    return status ? status : settle(cell, record, pending);
}

static void give_up(struct cell *cell)
{
    cell_end(cell, CELLS_CAUSE_FAILED, "its snapshot was refused");
    cell_destroy(cell);
}

/* Makes the cell of a record, nameless where another has its name and id until it is replaced. The
 * record's namespace and grants were given elsewhere: here they count for nothing. */
static enum status make(struct cells *cells, const struct record *record,
                        const struct snapshot_info *info, const struct snapshot_terms *terms,
                        bool replaces, struct cell **cell)
{
    struct cell_id parent;
    const struct cells_create_request *create = &record->create;
    struct cell_parameters parameters = {
        .dna = dna_find(cells, info->dna),
        .name = replaces ? "" : create->name,
        .space = terms->space,
        .parent = create->has_parent ? &parent : NULL,
        .policy = &create->policy,
        .grants = terms->grants,
        .arguments = create->arguments,
        .environment = create->has_environment ? create->environment : NULL,
    };
    if (!parameters.dna)
        return ERR_NOT_FOUND;
    memcpy(parent.bytes, create->parent.bytes, sizeof(parent.bytes));
    return cell_create_as(cells, &parameters, replaces ? NULL : &info->id, cell);
}

/* The cell of a verified snapshot, CREATED, with its instance filled; of a delta upon that of
 * `old`. It is to take the place of `old`, if there is one. */
static enum status read_cell(struct cells *cells, const uint8_t *bytes, size_t size,
                             const struct snapshot_info *info, const struct snapshot_terms *terms,
                             const struct cell *old, struct cell **cell)
{
    struct record record;
    uint8_t *body;
    size_t length;
    enum status status = snapshot_unpack(cells, bytes, size, info, &body);
    if (status)
        return status;
    status = record_read(body, info->body_size, &record, &length);
    if (status == OK && memcmp(record.create.dna.bytes, info->dna, DNA_HASH) != 0)
        status = ERR_CORRUPT;
    if (status == OK)
        status = make(cells, &record, info, terms, old != NULL, cell);
    if (status == OK) {
        status =
            fill(*cell, info->delta ? old : NULL, &record, body + length, info->body_size - length);
        if (status)
            give_up(*cell);
    }
    cell_memory_resize(&cells->memory, body, info->body_size, 0);
    if (status == OK) {
        (*cell)->snapshots = info->sequence;
        (*cell)->is_at_snapshot = true;
        memcpy((*cell)->at_snapshot, info->hash, sizeof(info->hash));
        random_stir(cells, info->hash, sizeof(info->hash));
        (void)random_seed(cells); /* without, the pool is as good as it was */
    }
    return status;
}

/* Puts the new cell in the old one's place, which is gone then. */
static void replace(struct cell *old, struct cell *new)
{
    new->id = old->id;
    memcpy(new->name, old->name, sizeof(new->name));
    if (old->state != CELLS_STATE_TERMINATED)
        cell_end(old, CELLS_CAUSE_MOVED, "replaced");
    cell_destroy(old);
}

/* What is left here of an agent that has moved away, and now comes back; NULL: it has not. */
static struct cell *has_moved(struct cells *cells, const struct cell_id *id)
{
    struct cell *cell = cell_find(cells, id);
    const bool moved =
        cell && cell->state == CELLS_STATE_TERMINATED && cell->end.cause == CELLS_CAUSE_MOVED;
    return moved ? cell : NULL;
}

enum status snapshot_restore(struct cells *cells, const uint8_t *bytes, size_t size,
                             const struct snapshot_terms *terms, enum cells_state state,
                             struct cell **cell)
{
    struct snapshot_info info;
    enum status status = snapshot_verify(bytes, size, &info);
    if (status)
        return status;
    if (info.delta)
        return ERR_INVALID;
    if (!dna_find(cells, info.dna))
        return ERR_NOT_FOUND;
    struct cell *left = has_moved(cells, &info.id);
    const struct cell *named = left ? cell_named(cells, terms->space, left->name) : NULL;
    if (named && named != left)
        return ERR_BUSY;
    status = read_cell(cells, bytes, size, &info, terms, left, cell);
    if (status)
        return status;
    if (left)
        replace(left, *cell);
    return cell_move(*cell, state);
}

enum status snapshot_update(struct cells *cells, const uint8_t *bytes, size_t size,
                            struct cell **cell)
{
    struct snapshot_info info;
    struct cell *made;
    enum status status = snapshot_verify(bytes, size, &info);
    if (status)
        return status;
    struct cell *old = cell_find(cells, &info.id);
    if (!old || !info.delta)
        return info.delta ? ERR_NOT_FOUND : ERR_INVALID;
    if ((old->state != CELLS_STATE_SUSPENDED && old->state != CELLS_STATE_MIGRATING) ||
        !old->is_at_snapshot || memcmp(old->at_snapshot, info.base, sizeof(info.base)) != 0)
        return ERR_BUSY;
    if (memcmp(old->dna->hash, info.dna, DNA_HASH) != 0)
        return ERR_CORRUPT;
    const struct snapshot_terms terms = {old->space->name, old->grants};
    /* What takes its place counts instead of it; if that fails, it counts again. */
    cell_memory_share(&old->memory, NULL);
    old->space->cells--;
    status = read_cell(cells, bytes, size, &info, &terms, old, &made);
    old->space->cells++;
    if (status) {
        cell_memory_share(&old->memory, &old->space->memory);
        return status;
    }
    const enum cells_state state = old->state;
    replace(old, made);
    *cell = made;
    return cell_move(made, state);
}
