/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the engine's tests share: an allocator that can be told to fail and knows what is out, and
 * the example module with its host function, which always answers later.
 */
#ifndef TESTS_UNIT_WASM_HOST_H
#define TESTS_UNIT_WASM_HOST_H

#include "wasm_example.h"
#include <services/wasm/wasm.h>
#include <stdlib.h>
#include <string.h>

#define HOST_SLOTS 4096

struct host {
    struct wasm_allocator allocator;
    size_t out;        /* bytes allocated now */
    size_t most;       /* bytes that may be */
    uint32_t failing;  /* allocations until one fails; 0: never */
    uint32_t argument; /* of the pending host call */
    struct wasm_extern wait;
};

/* A module on its way: whatever of it exists. */
struct guest {
    struct wasm_module *module;
    struct wasm_instance *instance;
    struct wasm_machine *machine;
};

static inline void *host_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    struct host *host = context;

    if (new_size > 0 && host->failing > 0 && --host->failing == 0)
        return NULL;
    if (new_size > old_size && new_size - old_size > host->most - host->out)
        return NULL;
    host->out += new_size - old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static inline enum wasm_host_answer host_wait(void *context, struct wasm_machine *machine,
                                              union wasm_slot *values)
{
    (void)machine;
    ((struct host *)context)->argument = values[0].u32;
    return WASM_HOST_PENDING;
}

static inline bool host_resolve(void *context, const struct wasm_import_request *request,
                                struct wasm_extern *found)
{
    struct host *host = context;

    *found = host->wait;
    return request->name_length == 4 && memcmp(request->name, "wait", 4) == 0;
}

static inline enum status host_open(struct host *host)
{
    *host = (struct host){.allocator = {host_resize, host}, .most = SIZE_MAX};
    return wasm_host_function_create(&host->wait, &host->allocator, "i", "i", host_wait, host);
}

static inline void host_close(struct host *host)
{
    wasm_extern_destroy(&host->wait);
}

static inline void guest_close(struct guest *guest)
{
    wasm_machine_destroy(guest->machine);
    wasm_instance_destroy(guest->instance);
    wasm_module_destroy(guest->module);
}

/* An instance and a machine for a loaded module. */
static inline enum status guest_instantiate(struct guest *guest, struct host *host)
{
    struct wasm_error error;
    enum status status = wasm_instance_create(&guest->instance, guest->module, &host->allocator,
                                              &wasm_limits_default, host_resolve, host, &error);

    if (!status)
        status = wasm_machine_create(&guest->machine, &host->allocator, HOST_SLOTS);
    return status;
}

static inline enum status guest_open(struct guest *guest, struct host *host, const uint8_t *bytes,
                                     size_t size)
{
    struct wasm_error error;
    enum status status;

    *guest = (struct guest){NULL, NULL, NULL};
    status = wasm_module_load(&guest->module, &host->allocator, &wasm_limits_default, bytes, size,
                              &error);
    return status ? status : guest_instantiate(guest, host);
}

/* Prepares a call of an exported function. */
static inline enum status guest_call(struct guest *guest, const char *name,
                                     const union wasm_slot *arguments)
{
    struct wasm_extern found;

    if (!wasm_instance_export(guest->instance, name, strlen(name), &found) ||
        found.kind != WASM_FUNCTION)
        return ERR_NOT_FOUND;
    return wasm_machine_call(guest->machine, found.function, arguments);
}

#endif
