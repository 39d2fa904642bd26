/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Runs the benchmarks of the kernel's parts, optimised and without sanitizers, with the simulated
 * core's own interrupt mask. Fails if one takes longer than its limit: the best of many rounds, so
 * that what else this machine does disturbs little.
 */
#include "bench.h"

#include <kernel/board.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <platforms/arch/host/host.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 200, COUNT = 10000 };

static uint8_t stack_memory[65536];
const struct stack interrupt_stack = {stack_memory, sizeof(stack_memory), 4096};

void bench_expect(int good, const char *text)
{
    if (good)
        return;
    fprintf(stderr, "bench: %s\n", text);
    exit(1);
}

noreturn void panic(const char *format, ...)
{
    fprintf(stderr, "panic: %s\n", format);
    exit(1);
}

void log_write(enum log_level level, const char *module, const char *format, ...)
{
    va_list values;
    (void)level;
    fprintf(stderr, "%s: ", module);
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputc('\n', stderr);
}

void host_run_end_hooks(void)
{
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static double measure(const struct bench *bench)
{
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        bench->run(COUNT);
        double taken = (now() - start) / COUNT / bench->operations;
        if (round == 0 || taken < best)
            best = taken;
    }
    return best;
}

int main(void)
{
    int status = 0;
    printf("%-44s %9s %9s   %s\n", "", "ns", "limit", "others");
    for (const struct bench *bench = memory_benches; bench->name; bench++) {
        double taken = measure(bench);
        int late = bench->limit > 0 && taken > bench->limit;
        printf("%-44s %9.1f ", bench->name, taken);
        if (bench->limit > 0)
            printf("%9.0f", bench->limit);
        else
            printf("%9s", "");
        printf("   %s%s\n", bench->others, late ? "   TOO SLOW" : "");
        status |= late;
    }
    return status;
}
