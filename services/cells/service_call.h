/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Calls from agents to services: an import whose module is a service's name, and whose name is one
 * of its calls. The agent passes the hash of the call as it knows it, its request and room for the
 * reply, as the structs of <service>_agent.h (value.h), and gets a status.
 *
 *             the import                    a caller is free        it has returned
 *   agent ----------------> [queued] ------------------> [with a caller] ------> [answered] -->
 * agent \ the agent ends              | the agent ends
 *                                +----> freed                 +--> freed when it has returned
 *
 * The task of the cells must not wait, so callers do: a few tasks of the service's, each made when
 * it is first needed. A caller touches only the call that it was given, until it says that it has
 * returned; all else is the cells' task's.
 */
#ifndef CELLS_SERVICE_CALL_H
#define CELLS_SERVICE_CALL_H

#include <services/cells/binding.h>

#include <kernel/capability.h>
#include <kernel/event.h>
#include <kernel/task.h>

struct service_call;

/* What callers are to be. */
struct callers_parameters {
    struct cells *cells;
    struct capability_holder *holder; /* of the capabilities to the services' channels */
    struct stack stack;               /* its size and its guard are theirs, too */
    uint8_t priority;
    uint64_t patience; /* ns that a service may take for an answer */
};

/* A task that makes one call after the other. */
struct caller {
    struct callers *callers;
    struct task task;
    void *stack; /* NULL: the task is not there yet */
    struct event work;
    struct service_call *call; /* that it was given; NULL: it is free */
    atomic_bool busy;          /* with it */
};

struct callers {
    struct callers_parameters are;
    struct caller each[CONFIG_CELLS_CALLERS];
    struct service_call *queue; /* the oldest first */
};

/* From now on agents of these cells can call services. Task context. */
void callers_begin(struct callers *callers, const struct callers_parameters *parameters);

/* Ends the callers' tasks: what they do is cancelled. For who ends cells without ending the task
 * that they run on, as tests do; the service's own life ends its tasks (kernel/service.h).
 * ERR_TIMEOUT: one does not end, and may still use the cells' memory. */
enum status callers_end(struct callers *callers);

/* Takes back calls that have returned, wakes whose they are, and gives out those that wait. */
void callers_proceed(struct callers *callers);

/* Whether a grant names a call of a service that agents of this node can call, or all of one. */
bool service_granting(const struct cells *cells, const char *grant, size_t length);

/* Whether the request names a call of a service that agents of this node can call, and the cell
 * may: NULL then, and the binding's import, service and call are set. Otherwise why not, in words.
 */
const char *service_import(const struct cell *cell, const struct wasm_import_request *request,
                           struct host_binding *binding);

#endif
