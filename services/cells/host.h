/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What agents can import: tables of host functions, and what such a function may do. A module's
 * import is looked up by its two names and its type; where an import needs a grant that the cell
 * lacks, making the instance is refused.
 *
 *                 call: DONE                        poll: DONE
 *   agent --call--> (results) --> agent   PENDING --------------> agent
 *             \                    ^  ^      |  ^
 *              \  call: PENDING    |  |      |  | poll: PENDING, waits on
 *               +------------------+---------+  |
 *                 the cell waits   host_wake, or its deadline: poll is asked
 *
 * A call that cannot answer at once parks the cell: it returns WASM_HOST_PENDING after host_wait,
 * and from then on `poll` is asked whenever somebody called host_wake or the deadline has come.
 * While it waits the cell can be suspended (poll is asked when it runs again), ended or moved away
 * (`abandon` is told; at the other side the call ends with the import's `migrated`).
 *
 * Everything here is for the cells service's task, host_wake_later aside. `poll` may be asked
 * though nothing has changed.
 */
#ifndef CELLS_HOST_H
#define CELLS_HOST_H

#include <services/wasm/wasm.h>

struct cell;

enum { HOST_ARGUMENTS_MAX = 10 };

/* How a function waits that may. */
struct host_waiting {
    const union wasm_slot *migrated; /* its result where the cell went on elsewhere meanwhile */
    /* `values` has the arguments again, and takes the results. NULL: nothing to ask, it is DONE. */
    enum wasm_host_answer (*poll)(struct cell *cell, union wasm_slot *values);
    /* The call that waits is over without an answer. NULL where nothing is to be put in order. */
    void (*abandon)(struct cell *cell);
};

/* A function that can be imported. `values` has the arguments and takes the results from its start
 * on; pointers are offsets into the cell's memory, to be looked up with host_bytes at each use. */
struct host_import {
    const char *name;                 /* or several words, each the name of such a function */
    const char *parameters, *results; /* letters as of wasm_host_function_create */
    const char *grant; /* the word that the cell must have been granted; NULL: none */
    enum wasm_host_answer (*call)(struct cell *cell, union wasm_slot *values);
    const struct host_waiting *waiting; /* NULL: it never waits */
};

/* A family of imports: wasi_snapshot_preview1, ranvier. */
struct host_module {
    const char *name; /* the first of an import's two names */
    const struct host_import *imports;
    const size_t *count;
};

/* Every family that this image has: host_modules.c. */
extern const struct host_module host_modules[];
extern const size_t host_module_count;

/* `size` bytes of the cell's memory from `at` on; NULL where it has not so many. Good until the
 * agent runs again. */
void *host_bytes(struct cell *cell, uint32_t at, uint32_t size);

/* Number `index` of them, of `size` bytes each: as host_bytes, without overflow of the product. */
void *host_array(struct cell *cell, uint32_t at, uint32_t count, uint32_t size);

/* Returns WASM_HOST_PENDING: the cell waits until host_wake or `deadline` (ns since entry, or
 * CLOCK_NEVER). From `call` and from `poll`. */
enum wasm_host_answer host_wait(struct cell *cell, uint64_t deadline);

/* When the wait of the pending call ends, as host_wait was told. */
uint64_t host_deadline(const struct cell *cell);

/* Has `poll` asked soon. Nothing where the cell does not wait. */
void host_wake(struct cell *cell);

/* The same from another task, for the cell of that number (cell->number). Any
 * context. */
struct cells;
void host_wake_later(struct cells *cells, uint32_t number);

/* Data that a family of imports keeps for a cell, zero at first, freed with the cell; family is its
 * place in host_modules. NULL without memory. Not part of a snapshot. */
void *host_data(struct cell *cell, size_t family, size_t size);

/* Whether the cell was granted that word. */
bool host_granted(const struct cell *cell, const char *grant);

/* The cell's time, ns: monotonic over moves between nodes, whatever their clocks say. */
uint64_t host_time(const struct cell *cell);

/* `size` random bytes, not for keys: random.h says how good they are. Streams never repeat: they
 * are the node's, not the agent's. */
void host_random(struct cell *cell, void *bytes, size_t size);

/* Adds text to the cell's log; a line that ends goes to the board's, too. */
void host_log(struct cell *cell, const char *text, size_t length);

/* Ends the agent when its call returns: answer WASM_HOST_FAILED after this. */
enum wasm_host_answer host_exit(struct cell *cell, uint32_t code);

/* Lets others run before the agent goes on: answer what this returns. */
enum wasm_host_answer host_yield(struct cell *cell);

#endif
