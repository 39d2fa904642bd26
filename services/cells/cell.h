/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Cells: an agent is a module (its DNA), an id, a policy, grants, and a state.
 *
 *            cell_create            cell_start
 *   (none) ---------------> CREATED ----------> RUNNING <-----------------+
 *                             ^  |                |  ^  cell_suspend      |
 *        restart, by policy --+  | cell_terminate |  |  cell_resume       |
 *                                |                v  v                    |
 *   (none) <-------------- TERMINATED <------- SUSPENDED <--> MIGRATING --+
 *          cell_destroy          ^                                |
 *                                +-- the move is complete --------+
 *
 * RUNNING and SUSPENDED go to MIGRATING and back, here or elsewhere (migration.c); RUNNING ends in
 * TERMINATED when the agent returns, exits, traps or is ended. From CREATED a restored cell becomes
 * SUSPENDED, one that arrives MIGRATING.
 *
 * Invariants: 1 only cell_move changes `state`, along these edges; 2 a cell that is not TERMINATED
 * holds its DNA; 3 `instance` and `machine` are there in every state but CREATED and TERMINATED; 4
 * only RUNNING cells run. All of a node's cells hang on one struct cells, and only the task that
 * owns it calls any of this.
 */
#ifndef CELLS_CELL_H
#define CELLS_CELL_H

#include <services/cells/host.h>
#include <services/cells/memory.h>
#include <services/cells/policy.h>

enum {
    CELL_NAME = 31,
    CELL_NAMESPACE = 15,
    CELL_TEXT = 95,    /* of grants, of arguments, of the reason of an end */
    CELL_TARGET = 63,  /* of where an agent asks to be moved to */
    CELL_FAMILIES = 4, /* of host modules */
    CELL_VALUES = 8,   /* arguments and results of exec */
};

struct cell_id {
    uint8_t bytes[16]; /* a UUID, version 4 (RFC 9562, 5.4) */
};

/* A tenant: what its agents may have together. */
struct namespace
{
    struct namespace *next;
    char name[CELL_NAMESPACE + 1];
    struct budget memory;
    struct allowance fuel;
    uint16_t cells, cell_limit;
};

/* What its machine runs. */
enum cell_stage {
    STAGE_IDLE,  /* nothing */
    STAGE_START, /* the module's start function */
    STAGE_ENTRY, /* `_start`, or `_initialize` */
    STAGE_EXEC,  /* an exported function, by cell_exec */
    STAGE_COUNT
};

/* Why an agent ended. */
struct cell_end {
    enum cells_cause cause;
    uint32_t code; /* of exit */
    char reason[CELL_TEXT + 1];
};

struct host_binding;
struct service_call;
struct callers;
struct snapshot_base;

struct cell {
    struct cell *next; /* in the order of their creation */
    struct cells *cells;
    uint32_t number; /* of this node, never used again */
    struct cell_id id;
    char name[CELL_NAME + 1];
    enum cells_state state;
    bool is_suspended; /* MIGRATING: and will be, wherever its move ends */
    struct dna *dna;   /* NULL: TERMINATED */
    uint8_t dna_hash[32];
    struct namespace *space;
    bool has_parent;
    struct cell_id parent;
    struct cells_policy policy;
    char grants[CELL_TEXT + 1];
    char arguments[CELL_TEXT + 1];
    char environment[CELL_TEXT + 1];

    struct cell_memory memory;
    struct wasm_instance *instance;
    struct wasm_machine *machine;
    struct host_binding *bindings; /* of the functions that it imports */
    uint32_t binding_count;
    void *data[CELL_FAMILIES]; /* host_data */
    uint32_t data_size[CELL_FAMILIES];

    uint8_t stage;      /* enum cell_stage */
    bool called;        /* begun by cell_exec: `_start` does not run */
    bool waiting;       /* a host call is pending */
    bool woken;         /* and its poll is to be asked */
    bool moved;         /* it was pending elsewhere, and ends as such */
    bool in_checkpoint; /* its hook runs: nothing may wait */
    bool exiting;
    bool restarting; /* CREATED: starts anew at `deadline` */
    uint32_t exit_code;
    struct host_binding *pending; /* whose call it is */
    union wasm_slot pending_arguments[HOST_ARGUMENTS_MAX];
    uint64_t deadline;         /* ns */
    struct service_call *call; /* a service's, that waits; NULL: none */

    uint16_t result_count;
    uint8_t result_types[CELL_VALUES];
    bool has_results;
    uint64_t results[CELL_VALUES]; /* of the last exec, as bits */

    struct allowance fuel;
    uint64_t fuel_used;
    int64_t portion; /* fuel that lasts about a slice */
    uint32_t restarts;
    int64_t clock_offset; /* ns, from this node's clock to the cell's time */
    struct cell_end end;

    char *log; /* the last CONFIG_CELLS_LOG bytes */
    uint64_t log_end;
    size_t log_line; /* bytes since the last end of a line */

    uint32_t snapshots;         /* taken */
    uint64_t snapshot_time;     /* ns, this node's clock */
    struct snapshot_base *base; /* what a delta would be upon; NULL: none */
    bool is_at_snapshot;        /* it has not run since it was restored or updated, */
    uint8_t at_snapshot[32];    /* from the snapshot of that hash */
};

/* What the node is, from the board's file. */
struct cells_parameters {
    struct page_pool *pool; /* borrowed */
    unsigned owner;
    const char *labels; /* borrowed, as are the next */
    const char *node;   /* its name */
    size_t quota;       /* bytes, of a namespace that nobody gave another */
    uint16_t cell_limit;
    uint64_t fuel;
    uint64_t slice;                          /* ns */
    const struct interface *const *services; /* that agents can call, up to a NULL; borrowed */
};

/* A node's agents. */
struct cells {
    struct cells_parameters is;
    struct cell_memory memory; /* of the lists, modules and snapshots themselves */
    struct cell *first, *next; /* `next` is whose turn it is */
    bool overtaken;            /* a woken cell has run before `next` */
    struct dna *dna;
    struct namespace *spaces;
    struct blob *blobs;
    struct migration *migrations;
    uint32_t numbers, blob_numbers, migration_numbers;
    struct channel *wake;    /* notified by host_wake_later; NULL: none */
    struct callers *callers; /* who call services for agents; NULL: nobody does */
    uint8_t pool[32];        /* of host_random */
    uint64_t pool_drawn;
    bool pool_seeded, pool_told; /* by a source; in the log that it is not */
};

/* What a new cell is to be. Everything is copied. */
struct cell_parameters {
    struct dna *dna;
    const char *name; /* unique in its namespace; "": named after its id */
    const char *space;
    const struct cell_id *parent; /* NULL: none */
    const struct cells_policy *policy;
    const char *grants;      /* words */
    const char *arguments;   /* words */
    const char *environment; /* words, NAME=VALUE; NULL: none */
};

/* A node without agents. Task context, as all that follows. */
void cells_init(struct cells *cells, const struct cells_parameters *parameters);

/* Ends everything and gives all memory back. */
void cells_fini(struct cells *cells);

/* The namespace of that name; made with the node's quotas where there was none. ERR_INVALID for a
 * name that is empty, too long or no word; ERR_NO_MEMORY. */
enum status cells_namespace(struct cells *cells, const char *name, struct namespace **space);

/* Makes a cell; what the policy leaves open is as its module asks (manifest.h). ERR_INVALID: a name
 * that is none; ERR_BUSY: the name is taken; ERR_UNSUPPORTED: the policy asks for, or a grant
 * names, what the node has not; ERR_LIMIT: the namespace's quota; ERR_NO_MEMORY. */
enum status cell_create(struct cells *cells, const struct cell_parameters *parameters,
                        struct cell **cell);

/* The same with an id, that of a snapshot. ERR_BUSY: a cell has it. */
enum status cell_create_as(struct cells *cells, const struct cell_parameters *parameters,
                           const struct cell_id *id, struct cell **cell);

/* Makes the instance; the module's start function will run and then `_initialize` or `_start`.
 * ERR_BUSY unless CREATED; ERR_DENIED: it imports what is not here or not granted (the cell's log
 * says which); ERR_LIMIT, ERR_NO_MEMORY: the memory's quota. */
enum status cell_start(struct cell *cell);

/* Makes the instance and the machine only, for a snapshot's state: nothing is copied into the one
 * or runs on the other. Errors as above. */
enum status cell_instantiate(struct cell *cell);

/* ERR_BUSY unless RUNNING, SUSPENDED. */
enum status cell_suspend(struct cell *cell);
enum status cell_resume(struct cell *cell);

/* Ends the agent; ERR_BUSY if it is MIGRATING or TERMINATED. */
enum status cell_terminate(struct cell *cell);

/* Ends it, in any state, for that cause; its instance and memory go. */
void cell_end(struct cell *cell, enum cells_cause cause, const char *reason);

/* Forgets a cell that is TERMINATED. */
void cell_destroy(struct cell *cell);

/* Prepares a call of an exported function, with its arguments as bits. A CREATED cell is started
 * first, without `_start`. ERR_BUSY: it runs something or is not RUNNING; ERR_NOT_FOUND;
 * ERR_INVALID: another number of arguments, or too many results; ERR_LIMIT. */
enum status cell_exec(struct cell *cell, const char *function, const uint64_t *arguments,
                      size_t count);

/* Changes the state along an edge of the drawing. ERR_BUSY where there is none. */
enum status cell_move(struct cell *cell, enum cells_state state);

struct cell *cell_find(struct cells *cells, const struct cell_id *id);
struct cell *cell_named(struct cells *cells, const char *space, const char *name);

/* Runs the next cell that can, for a slice. Returns when the next one can run: now (0), a time
 * (ns), or CLOCK_NEVER. */
uint64_t cells_run(struct cells *cells);

/* Begins a stage, START or ENTRY, or the first after it that the module has something for. */
void cell_begin(struct cell *cell, enum cell_stage stage);

/* The function of that name that its module exports, if it has no parameters and results. */
bool cell_entry(const struct cell *cell, const char *name, struct wasm_extern *entry);

/* Whether its module is a command, which ends when its entry returns. */
bool cell_is_command(const struct cell *cell);

/* Cells that host_wake_later named: bits of channel_notify. */
void cells_woken(struct cells *cells, uint32_t bits);

/* Reads up to `size` bytes of the log from *offset on, or from the oldest kept; *offset moves on.
 */
size_t cell_log_read(const struct cell *cell, uint64_t *offset, char *text, size_t size);

#endif
