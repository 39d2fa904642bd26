/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What ties an instance's imports to host functions (host.h): one binding for each function that
 * the module imports, in their order, so that its place is the function's index.
 */
#ifndef CELLS_BINDING_H
#define CELLS_BINDING_H

#include <services/cells/cell.h>

struct host_binding {
    struct host_binding *next;
    struct cell *cell;
    const struct host_import *import;
    struct wasm_extern function;
    uint32_t index;                    /* in the instance's function space */
    const struct interface *service;   /* of a call to one; else NULL */
    const struct interface_call *call; /* as of today */
};

/* wasm_resolve_import of a cell. What is refused is told in the cell's log. */
bool binding_resolve(void *context, const struct wasm_import_request *request,
                     struct wasm_extern *found);

/* The binding of a function index; NULL if that is no import. */
struct host_binding *binding_find(const struct cell *cell, uint32_t index);

/* Frees them, and host_data. */
void bindings_free(struct cell *cell);

/* Asks `poll` of the call that waits; of one that was pending where the cell was before, `migrated`
 * is the answer. After WASM_HOST_DONE the machine must run before its state is written. */
enum wasm_host_answer binding_poll(struct cell *cell);

#endif
