/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See engine.h. Built twice: with the engine, and, all names beginning with unfuelled_, with an
 * engine that counts no fuel.
 */
#include "engine.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SLOTS 65536

static void *host_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

const struct wasm_allocator allocator = {host_resize, NULL};

uint8_t *read_module(const char *folder, const char *name, size_t *size)
{
    char path[4096];
    uint8_t *bytes = NULL;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s.wasm", folder, name);
    file = fopen(path, "rb");
    if (!file || !(bytes = malloc(1 << 22))) {
        perror(path);
        exit(2);
    }
    *size = fread(bytes, 1, 1 << 22, file);
    fclose(file);
    return bytes;
}

void fail(const char *name, const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    exit(1);
}

void program_open(struct program *program, const char *folder, const char *name)
{
    struct wasm_error error;
    struct wasm_extern found;
    size_t size;

    program->bytes = read_module(folder, name, &size);
    if (wasm_module_load(&program->module, &allocator, &wasm_limits_default, program->bytes, size,
                         &error) ||
        wasm_instance_create(&program->instance, program->module, &allocator, &wasm_limits_default,
                             NULL, NULL, &error))
        fail(name, error.message);
    if (wasm_instance_initialise(program->instance) ||
        wasm_machine_create(&program->machine, &allocator, STACK_SLOTS) ||
        !wasm_instance_export(program->instance, name, strlen(name), &found) ||
        found.kind != WASM_FUNCTION)
        fail(name, "cannot be started");
    program->function = found.function;
}

void program_close(struct program *program)
{
    wasm_machine_destroy(program->machine);
    wasm_instance_destroy(program->instance);
    wasm_module_destroy(program->module);
    free(program->bytes);
}

uint64_t program_run(struct program *program, uint32_t work)
{
    union wasm_slot argument = {.u64 = work};
    struct wasm_trap_report report;
    int64_t fuel = INT64_MAX;

    if (wasm_machine_call(program->machine, program->function, &argument))
        fail("call", "no room");
    if (wasm_machine_run(program->machine, &fuel) != WASM_DONE) {
        wasm_machine_trap(program->machine, &report);
        fail("trap", wasm_trap_text(report.trap));
    }
    return wasm_machine_results(program->machine)->u64;
}
