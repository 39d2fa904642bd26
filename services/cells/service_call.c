/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See service_call.h.
 */
#include <services/cells/service_call.h>

#include <services/cells/value.h>
#include <services/cells/words.h>

#include <kernel/clock.h>
#include <kernel/interface.h>
#include <kernel/page.h>
#include <kernel/service.h>
#include <string.h>

struct service_call {
    struct service_call *next; /* queued */
    struct cell *cell;         /* NULL: it has ended */
    const struct interface *service;
    const struct interface_call *call;
    unsigned version; /* that the agent knows it of */
    size_t size;      /* of all this */
    bool answered;
    uint32_t number; /* of the cell */
    enum status status;
    void *request, *reply;
    uint64_t structs[]; /* these two */
};

static size_t words(size_t size)
{
    return (size + sizeof(uint64_t) - 1) / sizeof(uint64_t);
}

static void call_free(struct cells *cells, struct service_call *call)
{
    cell_memory_resize(&cells->memory, call, call->size, 0);
}

/* --- callers --- */

static void caller_main(void *argument)
{
    struct caller *self = argument;
    const struct callers_parameters *are = &self->callers->are;
    while (event_wait(&self->work, CLOCK_NEVER) == OK) {
        if (!atomic_load(&self->busy))
            continue;
        struct service_call *call = self->call;
        const uint32_t number = call->number;
        call->status = interface_call_once(are->holder, call->service, call->call, call->request,
                                           call->reply, clock_now() + are->patience);
        atomic_store(&self->busy, false); /* the call is not ours any more */
        host_wake_later(are->cells, number);
    }
}

static enum status caller_start(struct caller *caller)
{
    const struct callers_parameters *are = &caller->callers->are;
    struct page_pool *pool = are->cells->is.pool;
    const unsigned order = page_order(pool, are->stack.size);
    enum status status = page_allocate(pool, are->cells->is.owner, order, &caller->stack);
    if (status)
        return status;
    const struct task_parameters parameters = {
        .name = "cells-caller",
        .stack = {.base = caller->stack, .size = are->stack.size, .guard = are->stack.guard},
        .priority = are->priority,
        .core = (uint8_t)task_core(task_current()),
        .entry = caller_main,
        .argument = caller,
    };
    status = task_spawn(&caller->task, &parameters);
    if (status) {
        page_free(pool, caller->stack, order);
        caller->stack = NULL;
    }
    return status;
}

/* A caller that is free, else one more, else none: ERR_BUSY. ERR_NO_MEMORY: there is none at all.
 */
static enum status caller_find(struct callers *callers, struct caller **found)
{
    enum status status = ERR_BUSY;
    bool some = false;
    for (*found = callers->each; *found < callers->each + CONFIG_CELLS_CALLERS; ++*found) {
        if (!(*found)->stack && caller_start(*found))
            status = ERR_NO_MEMORY;
        some |= (*found)->stack != NULL;
        if ((*found)->stack && !(*found)->call)
            return OK;
    }
    return some ? ERR_BUSY : status;
}

void callers_begin(struct callers *callers, const struct callers_parameters *parameters)
{
    *callers = (struct callers){.are = *parameters};
    for (size_t i = 0; i < CONFIG_CELLS_CALLERS; i++)
        callers->each[i].callers = callers;
    parameters->cells->callers = callers;
}

enum status callers_end(struct callers *callers)
{
    const struct cells *cells = callers->are.cells;
    enum status status = task_end_children(clock_now() + TASKS_PATIENCE, false);
    if (status)
        return status;
    for (size_t i = 0; i < CONFIG_CELLS_CALLERS; i++) {
        struct caller *caller = &callers->each[i];
        if (caller->stack)
            page_free(cells->is.pool, caller->stack,
                      page_order(cells->is.pool, callers->are.stack.size));
        caller->stack = NULL;
        atomic_store(&caller->busy, false);
        if (caller->call && !caller->call->cell)
            call_free(callers->are.cells, caller->call);
        else if (caller->call)
            caller->call->answered = true; /* its agent ends, and frees it */
        caller->call = NULL;
    }
    return OK;
}

static void take_back(struct callers *callers, struct caller *caller)
{
    struct service_call *call = caller->call;
    caller->call = NULL;
    call->answered = true;
    if (call->cell)
        host_wake(call->cell);
    else
        call_free(callers->are.cells, call);
}

void callers_proceed(struct callers *callers)
{
    struct caller *caller;
    for (size_t i = 0; i < CONFIG_CELLS_CALLERS; i++)
        if (callers->each[i].call && !atomic_load(&callers->each[i].busy))
            take_back(callers, &callers->each[i]);
    while (callers->queue && caller_find(callers, &caller) == OK) {
        caller->call = callers->queue;
        callers->queue = caller->call->next;
        atomic_store(&caller->busy, true);
        event_signal(&caller->work);
    }
}

/* --- the import --- */

static struct service_call **queued(struct callers *callers, const struct service_call *call)
{
    struct service_call **link = &callers->queue;
    while (*link && *link != call)
        link = &(*link)->next;
    return link;
}

/* A call with the agent's request, not queued yet. The reply's room is looked at here, too, so that
 * nothing is done for who can't be told. */
static enum status call_create(struct cell *cell, const union wasm_slot *values,
                               struct service_call **made)
{
    const struct host_binding *binding = cell->pending;
    const struct interface_call *call;
    unsigned version;
    enum status status = interface_find(binding->service, values[0].u32, &call, &version);
    if (status || call != binding->call)
        return ERR_INTERFACE_MISMATCH;
    const uint8_t *request = host_bytes(cell, values[1].u32, value_size(call->request, version));
    if (!request || !host_bytes(cell, values[2].u32, value_size(call->reply, version)))
        return ERR_INVALID;
    const size_t request_words = words(call->request->size);
    const size_t room = (request_words + words(call->reply->size)) * sizeof(uint64_t);
    struct service_call *new =
        cell_memory_resize(&cell->cells->memory, NULL, 0, sizeof(*new) + room);
    if (!new)
        return ERR_NO_MEMORY;
    memset(new, 0, sizeof(*new) + room);
    new->size = sizeof(*new) + room;
    new->cell = cell;
    new->number = cell->number;
    new->service = binding->service;
    new->call = call;
    new->version = version;
    new->request = new->structs;
    new->reply = new->structs + request_words;
    if (value_get(call->request, version, request, new->request)) {
        *made = new;
        return OK;
    }
    call_free(cell->cells, new);
    return ERR_INVALID;
}

/* <service>.<call> (hash, request, reply) -> status */
static enum wasm_host_answer call_service(struct cell *cell, union wasm_slot *values)
{
    struct callers *callers = cell->cells->callers;
    struct caller *caller;
    enum status status = callers ? call_create(cell, values, &cell->call) : ERR_UNSUPPORTED;
    if (status == OK && caller_find(callers, &caller) == ERR_NO_MEMORY) {
        call_free(cell->cells, cell->call);
        cell->call = NULL;
        status = ERR_NO_MEMORY;
    }
    if (status) {
        values[0].u64 = status;
        return WASM_HOST_DONE;
    }
    *queued(callers, NULL) = cell->call;
    callers_proceed(callers);
    return host_wait(cell, CLOCK_NEVER);
}

static enum wasm_host_answer poll_service(struct cell *cell, union wasm_slot *values)
{
    struct service_call *call = cell->call;
    if (!call->answered)
        return host_wait(cell, CLOCK_NEVER);
    enum status status = call->status;
    uint8_t *reply = host_bytes(cell, values[2].u32, value_size(call->call->reply, call->version));
    if (status == OK && reply)
        value_put(call->call->reply, call->version, call->reply, reply);
    values[0].u64 = reply ? status : ERR_INVALID;
    call_free(cell->cells, call);
    cell->call = NULL;
    return WASM_HOST_DONE;
}

static void abandon_service(struct cell *cell)
{
    struct service_call *call = cell->call, **link = queued(cell->cells->callers, call);
    cell->call = NULL;
    if (*link == call)
        *link = call->next;
    else if (!call->answered) {
        call->cell = NULL; /* a caller has it: it is freed when it comes back */
        return;
    }
    call_free(cell->cells, call);
}

/* --- which there are --- */

static bool text_is(const char *text, const char *bytes, size_t length)
{
    return strlen(text) == length && memcmp(text, bytes, length) == 0;
}

/* Whether a grant names the call, <service>.<call>, or all of its service, <service>.* */
static bool is_granted(const struct cell *cell, const struct wasm_import_request *request)
{
    const char *at = cell->grants, *word;
    for (size_t length; (length = words_next(&at, &word)) > 0;) {
        if (length < request->module_length + 2 || word[request->module_length] != '.' ||
            memcmp(word, request->module, request->module_length) != 0)
            continue;
        const char *call = word + request->module_length + 1;
        length -= request->module_length + 1;
        if ((length == 1 && *call == '*') ||
            (length == request->name_length && memcmp(call, request->name, length) == 0))
            return true;
    }
    return false;
}

static const struct interface *service_find(const struct cells *cells, const char *name,
                                            size_t length)
{
    const struct interface *const *service = cells->is.services;
    while (service && *service && !text_is((*service)->name, name, length))
        service++;
    return service ? *service : NULL;
}

static const struct interface_call *call_find(const struct interface *service, const char *name,
                                              size_t length)
{
    const struct interface_call *call = service->calls, *end = call + service->call_count;
    while (call < end && !text_is(call->name, name, length))
        call++;
    return call < end ? call : NULL;
}

bool service_granting(const struct cells *cells, const char *grant, size_t length)
{
    const char *dot = memchr(grant, '.', length);
    const struct interface *service =
        dot ? service_find(cells, grant, (size_t)(dot - grant)) : NULL;
    const size_t rest = dot ? (size_t)(grant + length - dot) - 1 : 0;
    return service && (text_is("*", dot + 1, rest) || call_find(service, dot + 1, rest));
}

const char *service_import(const struct cell *cell, const struct wasm_import_request *request,
                           struct host_binding *binding)
{
    static const union wasm_slot has_moved = {.u64 = ERR_MIGRATED};
    static const struct host_waiting waiting = {&has_moved, poll_service, abandon_service};
    static const struct host_import import = {
        .parameters = "iii", .results = "i", .call = call_service, .waiting = &waiting};
    const struct interface *service =
        service_find(cell->cells, request->module, request->module_length);
    if (!service)
        return "this node has no such service";
    const struct interface_call *call = call_find(service, request->name, request->name_length);
    if (!call)
        return "the service has no such call";
    if (!value_is_portable(call->request) || !value_is_portable(call->reply))
        return "it passes capabilities, which agents can't hold";
    if (!is_granted(cell, request))
        return "not granted; its grant has its name";
    binding->import = &import;
    binding->service = service;
    binding->call = call;
    return NULL;
}
