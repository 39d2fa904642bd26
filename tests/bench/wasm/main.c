/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * bench-wasm FOLDER: runs each program natively and in the engine, checks that both compute the
 * same, and prints times and their ratio, next to what wasm3 0.9 took (measured elsewhere, same
 * kind of program). Also how long a large module takes to start, and what fuel costs.
 */
#define _POSIX_C_SOURCE 200809L
#include "programs/program.h"
#include <services/wasm/wasm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STACK_SLOTS 65536
#define ROUNDS      5

PROGRAM(fib);
PROGRAM(mandelbrot);
PROGRAM(ray);
PROGRAM(path);
PROGRAM(sort);
PROGRAM(matrix);
PROGRAM(sha256);
PROGRAM(triad);
PROGRAM(mixed);

static const struct {
    const char *name;
    uint64_t (*native)(uint32_t);
    uint32_t work;
    double wasm3; /* time against native */
} programs[] = {
    {"fib", bench_fib, 32, 13.3},         {"mandelbrot", bench_mandelbrot, 160, 7.9},
    {"ray", bench_ray, 120, 6.7},         {"path", bench_path, 8000, 9.6},
    {"sort", bench_sort, 2000000, 2.8},   {"matrix", bench_matrix, 1, 15.1},
    {"sha256", bench_sha256, 2500, 16.8}, {"triad", bench_triad, 4, 7.2},
    {"mixed", bench_mixed, 400, 9.7},
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

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static uint8_t *read_module(const char *folder, const char *name, size_t *size)
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

struct program {
    uint8_t *bytes;
    struct wasm_module *module;
    struct wasm_instance *instance;
    struct wasm_machine *machine;
    struct wasm_function *function;
};

static void fail(const char *name, const char *why)
{
    fprintf(stderr, "%s: %s\n", name, why);
    exit(1);
}

static void program_open(struct program *program, const char *folder, const char *name)
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

static void program_close(struct program *program)
{
    wasm_machine_destroy(program->machine);
    wasm_instance_destroy(program->instance);
    wasm_module_destroy(program->module);
    free(program->bytes);
}

static uint64_t program_run(struct program *program, uint32_t work)
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

/* The best of a few rounds: what disturbs only ever adds. */
static void measure(const char *folder, size_t i)
{
    struct program program;
    double native = 1e9, interpreted = 1e9;
    uint64_t expected = 0, actual = 0;

    program_open(&program, folder, programs[i].name);
    for (int round = 0; round < ROUNDS; round++) {
        double start = now(), middle, end;

        expected = programs[i].native(programs[i].work);
        middle = now();
        actual = program_run(&program, programs[i].work);
        end = now();
        native = middle - start < native ? middle - start : native;
        interpreted = end - middle < interpreted ? end - middle : interpreted;
    }
    if (actual != expected)
        fail(programs[i].name, "native and WebAssembly differ");
    printf("%-12s %9.2f %9.2f %7.1f %7.1f\n", programs[i].name, native * 1e3, interpreted * 1e3,
           interpreted / native, programs[i].wasm3);
    program_close(&program);
}

/* Loads a module of functions copied often enough for 100 KB. */
static void measure_start(const char *folder)
{
    double best = 1e9;
    size_t size;
    uint8_t *bytes = read_module(folder, "large", &size);

    for (int round = 0; round < 5; round++) {
        struct wasm_module *module;
        struct wasm_instance *instance;
        struct wasm_error error;
        double start = now(), taken;

        if (wasm_module_load(&module, &allocator, &wasm_limits_default, bytes, size, &error) ||
            wasm_instance_create(&instance, module, &allocator, &wasm_limits_default, NULL, NULL,
                                 &error))
            fail("large", error.message);
        wasm_instance_initialise(instance);
        taken = now() - start;
        best = taken < best ? taken : best;
        wasm_instance_destroy(instance);
        wasm_module_destroy(module);
    }
    printf("start of a module of %zu KB: %.2f ms\n", size / 1024, best * 1e3);
    free(bytes);
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: %s FOLDER [PROGRAM]\n", argv[0]);
        return 2;
    }
    printf("%-12s %9s %9s %7s %7s\n", "program", "native ms", "wasm ms", "ratio", "wasm3");
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (argc == 2 || strcmp(argv[2], programs[i].name) == 0)
            measure(argv[1], i);
    }
    if (argc == 2)
        measure_start(argv[1]);
    return 0;
}
