/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * bench-wasm FOLDER: runs each program natively and in the engine, checks that both compute the
 * same, and prints times and their ratio, next to what wasm3 0.9 took (measured elsewhere, same
 * kind of program). Also how long a large module takes to start, and what fuel costs.
 */
#define _POSIX_C_SOURCE 200809L
#include "engine.h"
#include "programs/program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROUNDS      5
#define FUEL_ROUNDS 15

PROGRAM(fib);
PROGRAM(mandelbrot);
PROGRAM(ray);
PROGRAM(path);
PROGRAM(sort);
PROGRAM(matrix);
PROGRAM(sha256);
PROGRAM(triad);
PROGRAM(mixed);
PROGRAM(vm);
PROGRAM(words);

static const struct {
    const char *name;
    uint64_t (*native)(uint32_t);
    uint32_t work;
    double wasm3; /* time against native; 0 where it was not measured */
} programs[] = {
    {"fib", bench_fib, 32, 13.3},         {"mandelbrot", bench_mandelbrot, 160, 7.9},
    {"ray", bench_ray, 120, 6.7},         {"path", bench_path, 8000, 9.6},
    {"sort", bench_sort, 2000000, 2.8},   {"matrix", bench_matrix, 1, 15.1},
    {"sha256", bench_sha256, 2500, 16.8}, {"triad", bench_triad, 4, 7.2},
    {"mixed", bench_mixed, 400, 9.7},     {"vm", bench_vm, 200000, 0},
    {"words", bench_words, 60000, 0},
};

#define PROGRAMS (sizeof programs / sizeof *programs)

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
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
    printf("%-12s %9.2f %9.2f %7.1f", programs[i].name, native * 1e3, interpreted * 1e3,
           interpreted / native);
    if (programs[i].wasm3 > 0)
        printf(" %7.1f", programs[i].wasm3);
    putchar('\n');
    program_close(&program);
}

static int by_size(const void *a, const void *b)
{
    double difference = *(const double *)a - *(const double *)b;

    return (difference > 0) - (difference < 0);
}

/* What counting fuel costs a program, in percent: the median over rounds of the times with and
 * without, taken one right after the other, so that what else runs slows both. */
static double fuel_cost(const char *folder, size_t i)
{
    struct program counting, free_running;
    double ratios[FUEL_ROUNDS];

    program_open(&counting, folder, programs[i].name);
    unfuelled_program_open(&free_running, folder, programs[i].name);
    for (int round = 0; round < FUEL_ROUNDS; round++) {
        double start = now(), middle, end;
        uint64_t with = program_run(&counting, programs[i].work), without;

        middle = now();
        without = unfuelled_program_run(&free_running, programs[i].work);
        end = now();
        if (with != without)
            fail(programs[i].name, "fuel changes the result");
        ratios[round] = (middle - start) / (end - middle);
    }
    program_close(&counting);
    unfuelled_program_close(&free_running);
    qsort(ratios, FUEL_ROUNDS, sizeof *ratios, by_size);
    return (ratios[FUEL_ROUNDS / 2] - 1) * 100;
}

static void measure_fuel(const char *folder)
{
    double sum = 0;

    printf("counting fuel costs, in percent:");
    for (size_t i = 0; i < PROGRAMS; i++) {
        double cost = fuel_cost(folder, i);

        printf(" %s %.1f,", programs[i].name, cost);
        fflush(stdout);
        sum += cost;
    }
    printf(" mean %.1f\n", sum / PROGRAMS);
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
    for (size_t i = 0; i < PROGRAMS; i++) {
        if (argc == 2 || strcmp(argv[2], programs[i].name) == 0)
            measure(argv[1], i);
    }
    if (argc == 2) {
        measure_start(argv[1]);
        measure_fuel(argv[1]);
    }
    return 0;
}
