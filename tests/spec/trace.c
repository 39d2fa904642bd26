/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * wasm-trace MODULE...: calls the exports f0, f1, ... of each module, stops them again and again,
 * and prints how each ended, its result and fuel, and check sums of its memory and of every state
 * that it could have been moved by. Two builds of the engine that print the same do the same.
 */
#include <services/wasm/wasm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SLOTS 8192
#define SLICE       37
#define MOST_FUEL   4000

/* A check sum (FNV-1a, 64 bits). */
struct sum {
    uint64_t value;
};

static void *host_resize(void *context, void *block, size_t old_size, size_t new_size)
{
    (void)context, (void)old_size;
    if (new_size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, new_size);
}

static const struct wasm_allocator allocator = {host_resize, NULL};

static enum status sum_add(void *context, const void *bytes, size_t size)
{
    struct sum *sum = context;

    for (size_t i = 0; i < size; i++)
        sum->value = (sum->value ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    return OK;
}

static uint64_t memory_sum(struct wasm_instance *instance)
{
    struct sum sum = {0};
    struct wasm_extern found;
    size_t size;
    uint8_t *bytes;

    if (!wasm_instance_export(instance, "memory", 6, &found) || found.kind != WASM_MEMORY)
        return 0;
    bytes = wasm_memory_bytes(found.memory, &size);
    sum_add(&sum, bytes, size);
    return sum.value;
}

/* Runs a call to its end, or until it has had enough; adds the states on the way to `sum`. */
static enum wasm_run run(struct wasm_machine *machine, struct wasm_instance *instance,
                         struct sum *sum, int64_t *used)
{
    enum wasm_run how;

    *used = 0;
    do {
        int64_t fuel = SLICE;

        how = wasm_machine_run(machine, &fuel);
        *used += SLICE - fuel;
        if (how == WASM_OUT_OF_FUEL && wasm_state_write(machine, instance, sum_add, sum))
            return WASM_PENDING;
    } while (how == WASM_OUT_OF_FUEL && *used < MOST_FUEL);
    return how;
}

static void trace_calls(const char *path, struct wasm_instance *instance,
                        struct wasm_machine *machine)
{
    static const char *const outcomes[] = {"done", "trapped", "stopped", "no state"};
    struct sum sum = {0};

    for (int i = 0; i < 100; i++) {
        union wasm_slot arguments[4] = {
            {.u64 = 12345}, {.u64 = 0x123456789ABCDEF}, {.u64 = 0}, {.f64 = -2.25}};
        struct wasm_trap_report report = {0};
        struct wasm_extern found;
        enum wasm_run how;
        char name[8];
        int64_t used;

        arguments[2].f32 = 1.5f;
        snprintf(name, sizeof name, "f%d", i);
        if (!wasm_instance_export(instance, name, strlen(name), &found) ||
            wasm_machine_call(machine, found.function, arguments))
            return;
        how = run(machine, instance, &sum, &used);
        if (how == WASM_TRAPPED)
            wasm_machine_trap(machine, &report);
        printf("%s %s: %s, %s at %u, fuel %lld, result %llx, memory %llx, states %llx\n", path,
               name, outcomes[how], wasm_trap_text(report.trap), report.offset, (long long)used,
               how == WASM_DONE ? (unsigned long long)wasm_machine_results(machine)->u64 : 0,
               (unsigned long long)memory_sum(instance), (unsigned long long)sum.value);
    }
}

static bool trace(const char *path)
{
    static uint8_t bytes[1 << 20];
    struct wasm_module *module = NULL;
    struct wasm_instance *instance = NULL;
    struct wasm_machine *machine = NULL;
    struct wasm_error error;
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    bool traced = false;

    if (!file) {
        perror(path);
        return false;
    }
    size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    if (wasm_module_load(&module, &allocator, &wasm_limits_default, bytes, size, &error) ||
        wasm_instance_create(&instance, module, &allocator, &wasm_limits_default, NULL, NULL,
                             &error)) {
        fprintf(stderr, "%s:%u: %s\n", path, error.offset, error.message);
    } else if (!wasm_instance_initialise(instance) &&
               !wasm_machine_create(&machine, &allocator, STACK_SLOTS)) {
        trace_calls(path, instance, machine);
        traced = true;
    }
    wasm_machine_destroy(machine);
    wasm_instance_destroy(instance);
    wasm_module_destroy(module);
    return traced;
}

int main(int argc, char **argv)
{
    bool traced = true;

    for (int i = 1; i < argc; i++)
        traced &= trace(argv[i]);
    return traced ? 0 : 1;
}
