/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cell.h: making, starting, stopping and ending cells. What they do while they run is run.c.
 */
#include <services/cells/binding.h>
#include <services/cells/cell.h>
#include <services/cells/dna.h>
#include <services/cells/migration.h>
#include <services/cells/random.h>
#include <services/cells/snapshot.h>

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <string.h>

enum { RESTART_DELAY_LOG2_MAX = 6 }; /* 2^6 seconds */

/* The states that each may go to. */
static const uint8_t edges[] = {
    [CELLS_STATE_CREATED] = 1 << CELLS_STATE_RUNNING | 1 << CELLS_STATE_SUSPENDED |
                            1 << CELLS_STATE_MIGRATING | 1 << CELLS_STATE_TERMINATED,
    [CELLS_STATE_RUNNING] = 1 << CELLS_STATE_CREATED | 1 << CELLS_STATE_SUSPENDED |
                            1 << CELLS_STATE_MIGRATING | 1 << CELLS_STATE_TERMINATED,
    [CELLS_STATE_SUSPENDED] =
        1 << CELLS_STATE_RUNNING | 1 << CELLS_STATE_MIGRATING | 1 << CELLS_STATE_TERMINATED,
    [CELLS_STATE_MIGRATING] =
        1 << CELLS_STATE_RUNNING | 1 << CELLS_STATE_SUSPENDED | 1 << CELLS_STATE_TERMINATED,
    [CELLS_STATE_TERMINATED] = 0,
};

enum status cell_move(struct cell *cell, enum cells_state state)
{
    if (!(edges[cell->state] >> state & 1))
        return ERR_BUSY;
    cell->state = state;
    if (state != CELLS_STATE_MIGRATING)
        cell->is_suspended = state == CELLS_STATE_SUSPENDED;
    return OK;
}

/* --- finding and making --- */

struct cell *cell_find(struct cells *cells, const struct cell_id *id)
{
    struct cell *cell = cells->first;
    while (cell && memcmp(&cell->id, id, sizeof(*id)) != 0)
        cell = cell->next;
    return cell;
}

struct cell *cell_named(struct cells *cells, const char *space, const char *name)
{
    struct cell *cell = cells->first;
    while (cell && (strcmp(cell->name, name) != 0 || strcmp(cell->space->name, space) != 0))
        cell = cell->next;
    return cell;
}

static bool is_word(const char *text, size_t limit)
{
    size_t length = strlen(text);
    if (length == 0 || length > limit)
        return false;
    for (; *text; text++)
        if (*text <= ' ' || *text > '~')
            return false;
    return true;
}

enum status cells_namespace(struct cells *cells, const char *name, struct namespace **space)
{
    if (!is_word(name, CELL_NAMESPACE))
        return ERR_INVALID;
    for (*space = cells->spaces; *space; *space = (*space)->next)
        if (strcmp((*space)->name, name) == 0)
            return OK;
    struct namespace *made = cell_memory_resize(&cells->memory, NULL, 0, sizeof(*made));
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct namespace){.next = cells->spaces,
                               .memory = {.limit = cells->is.quota},
                               .fuel = {.rate = cells->is.fuel},
                               .cell_limit = cells->is.cell_limit};
    memcpy(made->name, name, strlen(name) + 1);
    made->memory.owner = made->name;
    cells->spaces = *space = made;
    return OK;
}

/* Version 4, variant 1 (RFC 9562, 4.1, 4.2). */
static void make_id(struct cells *cells, struct cell_id *id)
{
    random_draw(cells, id->bytes, sizeof(id->bytes));
    id->bytes[6] = (id->bytes[6] & 0x0F) | 0x40;
    id->bytes[8] = (id->bytes[8] & 0x3F) | 0x80;
}

/* The first digits of its id. */
static void name_after_id(struct cell *cell)
{
    format_text(cell->name, sizeof(cell->name), "%02x%02x%02x%02x", cell->id.bytes[0],
                cell->id.bytes[1], cell->id.bytes[2], cell->id.bytes[3]);
}

static enum status check(struct cells *cells, const struct cell_parameters *parameters,
                         const struct cell_id *id, struct namespace **space)
{
    char reason[CELL_TEXT + 1];
    if (*parameters->name && !is_word(parameters->name, CELL_NAME))
        return ERR_INVALID;
    if (strlen(parameters->grants) > CELL_TEXT || strlen(parameters->arguments) > CELL_TEXT ||
        (parameters->environment && strlen(parameters->environment) > CELL_TEXT))
        return ERR_INVALID;
    if ((id && cell_find(cells, id)) ||
        (*parameters->name && cell_named(cells, parameters->space, parameters->name)))
        return ERR_BUSY;
    enum status status = cells_namespace(cells, parameters->space, space);
    if (status == OK && (*space)->cells >= (*space)->cell_limit)
        status = ERR_LIMIT;
    if (status == OK) {
        status =
            policy_check(cells, parameters->policy, parameters->grants, reason, sizeof(reason));
        if (status)
            log_warning("cells", "%s is not for this node: %s", parameters->name, reason);
    }
    return status;
}

static void append(struct cells *cells, struct cell *cell)
{
    struct cell **link = &cells->first;
    while (*link)
        link = &(*link)->next;
    *link = cell;
}

enum status cell_create_as(struct cells *cells, const struct cell_parameters *parameters,
                           const struct cell_id *id, struct cell **cell)
{
    struct namespace *space;
    enum status status = check(cells, parameters, id, &space);
    if (status)
        return status;
    struct cell *made =
        cell_memory_resize(&cells->memory, NULL, 0, sizeof(*made) + CONFIG_CELLS_LOG);
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct cell){.cells = cells,
                          .number = ++cells->numbers,
                          .state = CELLS_STATE_CREATED,
                          .stage = STAGE_IDLE,
                          .dna = parameters->dna,
                          .space = space,
                          .policy = *parameters->policy,
                          .fuel = {.rate = parameters->policy->fuel},
                          .log = (char *)(made + 1)};
    if (id)
        made->id = *id;
    else
        make_id(cells, &made->id);
    if (parameters->parent) {
        made->has_parent = true;
        made->parent = *parameters->parent;
    }
    format_text(made->name, sizeof(made->name), "%s", parameters->name);
    if (!*made->name)
        name_after_id(made);
    format_text(made->grants, sizeof(made->grants), "%s", parameters->grants);
    format_text(made->arguments, sizeof(made->arguments), "%s", parameters->arguments);
    if (parameters->environment)
        format_text(made->environment, sizeof(made->environment), "%s", parameters->environment);
    cell_memory_init(&made->memory, cells->is.pool, cells->is.owner, made->name,
                     made->policy.memory ? made->policy.memory : SIZE_MAX, &space->memory);
    dna_get(made->dna);
    memcpy(made->dna_hash, made->dna->hash, sizeof(made->dna_hash));
    space->cells++;
    append(cells, made);
    *cell = made;
    return OK;
}

enum status cell_create(struct cells *cells, const struct cell_parameters *parameters,
                        struct cell **cell)
{
    struct cell_parameters completed = *parameters;
    struct cells_policy policy = *parameters->policy;
    manifest_complete(&parameters->dna->manifest, &policy);
    completed.policy = &policy;
    return cell_create_as(cells, &completed, NULL, cell);
}

/* --- its instance --- */

/* Says in the cell's log what is short for an instance, or what the engine has against it. */
static void say_why(struct cell *cell, enum status status, const struct wasm_error *error)
{
    static const char *const whose[] = {[SHORT_NOTHING] = "the engine takes",
                                        [SHORT_OWN] = "its policy allows",
                                        [SHORT_SHARED] = "its namespace has left",
                                        [SHORT_NODE] = "the node has in one piece"};
    char text[CELL_TEXT + 1];
    host_log(cell, text,
             status == ERR_DENIED
                 ? format_text(text, sizeof(text), "byte %u: %s\n", (unsigned)error->offset,
                               error->message)
                 : format_text(text, sizeof(text), "it needs more memory than %s\n",
                               whose[cell->memory.shortage]));
}

/* Frees what cell_instantiate makes, and what host modules keep for the cell. */
static void uninstantiate(struct cell *cell)
{
    if (cell->waiting && !cell->moved && cell->pending->import->waiting->abandon)
        cell->pending->import->waiting->abandon(cell);
    cell->waiting = cell->woken = cell->moved = false;
    wasm_machine_destroy(cell->machine);
    wasm_instance_destroy(cell->instance);
    cell->machine = NULL;
    cell->instance = NULL;
    bindings_free(cell);
    cell_memory_fini(&cell->memory);
}

enum status cell_instantiate(struct cell *cell)
{
    const struct wasm_allocator *allocator = &cell->memory.allocator;
    struct wasm_limits limits = wasm_limits_default;
    struct wasm_error error = {0, "out of memory"};
    cell->memory.shortage = SHORT_NOTHING;
    if (cell->policy.memory && cell->policy.memory / WASM_PAGE_SIZE < limits.pages) {
        limits.pages = cell->policy.memory / WASM_PAGE_SIZE;
        cell->memory.shortage = SHORT_OWN; /* a memory of more pages is not even asked for */
    }
    enum status status = wasm_instance_create(&cell->instance, cell->dna->module, allocator,
                                              &limits, binding_resolve, cell, &error);
    if (status == OK)
        status = wasm_machine_create(&cell->machine, allocator, CONFIG_CELLS_STACK);
    if (status) {
        uninstantiate(cell);
        if (status == ERR_NOT_FOUND)
            return ERR_DENIED; /* binding_resolve has said which import */
        say_why(cell, status, &error);
    }
    return status;
}

/* --- its life --- */

bool cell_entry(const struct cell *cell, const char *name, struct wasm_extern *entry)
{
    uint32_t parameters, results;
    if (!wasm_instance_export(cell->instance, name, strlen(name), entry) ||
        entry->kind != WASM_FUNCTION)
        return false;
    const struct wasm_func_type *type = wasm_function_type(entry->function);
    wasm_type_parameters(type, &parameters);
    wasm_type_results(type, &results);
    return parameters == 0 && results == 0;
}

bool cell_is_command(const struct cell *cell)
{
    struct wasm_extern entry;
    return !cell->called && cell_entry(cell, "_start", &entry);
}

void cell_begin(struct cell *cell, enum cell_stage stage)
{
    struct wasm_function *function = NULL;
    struct wasm_extern entry;
    cell->stage = (uint8_t)stage;
    if (stage == STAGE_START && !wasm_instance_start(cell->instance, &function))
        cell->stage = STAGE_ENTRY;
    if (cell->stage == STAGE_ENTRY &&
        cell_entry(cell, cell_is_command(cell) ? "_start" : "_initialize", &entry))
        function = entry.function;
    /* There is room for a call without arguments and results. */
    if (!function || wasm_machine_call(cell->machine, function, NULL))
        cell->stage = STAGE_IDLE;
}

enum status cell_start(struct cell *cell)
{
    if (cell->state != CELLS_STATE_CREATED)
        return ERR_BUSY;
    enum status status = cell_instantiate(cell);
    if (status)
        return status;
    cell->restarting = false;
    cell_move(cell, CELLS_STATE_RUNNING);
    enum wasm_trap trap = wasm_instance_initialise(cell->instance);
    if (trap)
        cell_end(cell, CELLS_CAUSE_TRAPPED, wasm_trap_text(trap));
    else
        cell_begin(cell, STAGE_START);
    return OK;
}

enum status cell_suspend(struct cell *cell)
{
    return cell->state == CELLS_STATE_RUNNING ? cell_move(cell, CELLS_STATE_SUSPENDED) : ERR_BUSY;
}

enum status cell_resume(struct cell *cell)
{
    return cell->state == CELLS_STATE_SUSPENDED ? cell_move(cell, CELLS_STATE_RUNNING) : ERR_BUSY;
}

/* Whether the policy wants it begun anew after such an end. */
static bool wants_restart(const struct cell *cell, enum cells_cause cause)
{
    bool failed = cause == CELLS_CAUSE_TRAPPED || cause == CELLS_CAUSE_FAILED ||
                  (cause == CELLS_CAUSE_EXITED && cell->exit_code != 0);
    bool ended = failed || cause == CELLS_CAUSE_EXITED || cause == CELLS_CAUSE_RETURNED;
    return cell->state == CELLS_STATE_RUNNING &&
           ((cell->policy.restart == CELLS_RESTART_ON_FAILURE && failed) ||
            (cell->policy.restart == CELLS_RESTART_ALWAYS && ended));
}

/* CREATED again, to be started after a delay that doubles. */
static void restart_later(struct cell *cell)
{
    uint32_t doublings =
        cell->restarts < RESTART_DELAY_LOG2_MAX ? cell->restarts : RESTART_DELAY_LOG2_MAX;
    cell->restarts++;
    cell->restarting = true;
    cell->deadline = clock_now() + (NANOSECONDS_PER_SECOND << doublings);
    cell_move(cell, CELLS_STATE_CREATED);
}

void cell_end(struct cell *cell, enum cells_cause cause, const char *reason)
{
    bool restart = wants_restart(cell, cause);
    cell->end.cause = cause;
    cell->end.code = cell->exiting ? cell->exit_code : 0;
    format_text(cell->end.reason, sizeof(cell->end.reason), "%s", reason);
    cell->exiting = false;
    cell->stage = STAGE_IDLE;
    uninstantiate(cell);
    snapshot_base_free(cell);
    if (restart) {
        restart_later(cell);
        return;
    }
    cell->state = CELLS_STATE_TERMINATED;
    dna_put(cell->dna);
    cell->dna = NULL;
    cell->space->cells--;
}

enum status cell_terminate(struct cell *cell)
{
    if (cell->state == CELLS_STATE_MIGRATING || cell->state == CELLS_STATE_TERMINATED)
        return ERR_BUSY;
    if (cell->state == CELLS_STATE_RUNNING)
        cell_move(cell, CELLS_STATE_SUSPENDED); /* so that its policy does not restart it */
    cell_end(cell, CELLS_CAUSE_ENDED, "it was told to");
    return OK;
}

void cell_destroy(struct cell *cell)
{
    struct cells *cells = cell->cells;
    struct cell **link = &cells->first;
    while (*link != cell)
        link = &(*link)->next;
    *link = cell->next;
    if (cells->next == cell)
        cells->next = cell->next;
    cell_memory_resize(&cells->memory, cell, sizeof(*cell) + CONFIG_CELLS_LOG, 0);
}

/* --- the node --- */

void cells_init(struct cells *cells, const struct cells_parameters *parameters)
{
    *cells = (struct cells){.is = *parameters};
    cell_memory_init(&cells->memory, parameters->pool, parameters->owner, "cells", SIZE_MAX, NULL);
    random_begin(cells, parameters->node);
}

void cells_fini(struct cells *cells)
{
    while (cells->first) {
        if (cells->first->state != CELLS_STATE_TERMINATED) {
            cells->first->policy.restart = CELLS_RESTART_NEVER;
            cell_end(cells->first, CELLS_CAUSE_ENDED, "the node ends");
        }
        cell_destroy(cells->first);
    }
    migrations_end(cells);
    blobs_end(cells);
    dna_end(cells);
    while (cells->spaces) {
        struct namespace *space = cells->spaces;
        cells->spaces = space->next;
        cell_memory_resize(&cells->memory, space, sizeof(*space), 0);
    }
    cell_memory_fini(&cells->memory);
}
