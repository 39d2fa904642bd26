/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Runs the benchmarks of the kernel's parts, optimised and without sanitizers, with the simulated
 * core's own interrupt mask and harmony, and a timer whose counter is the processor's, but whose
 * deadlines never come. Fails if one takes longer than its limit: the best of many rounds, so that
 * what else this machine does disturbs little. Its arguments, if any, are parts of the names of
 * those to be run.
 */
#include "bench.h"

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <platforms/arch/host/host.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 200, COUNT = 10000 };

static uint8_t stack_memory[65536];
const struct stack interrupt_stacks[] = {{stack_memory, sizeof(stack_memory), 4096}};

static uintptr_t read_ticks(const struct device *device)
{
    (void)device;
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    uintptr_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
#endif
}

static const struct timer_operations timer_operations = {.ticks = read_ticks};
static const struct driver timer_driver = {.class = "timer", .operations = &timer_operations};
static const struct device timer = {.name = "timer", .driver = &timer_driver};
static bool timer_is_up; /* never: it counts, and has no deadlines */
const struct board board = {
    .name = "bench", .devices = &timer, .devices_up = &timer_is_up, .timer = &timer};

size_t bench_guard = 4096;
static char **wanted; /* all, if there is none */

void bench_expect(int good, const char *text)
{
    if (good)
        return;
    fprintf(stderr, "bench: %s\n", text);
    exit(1);
}

uint8_t *bench_memory(size_t *size)
{
    static uint8_t *memory;
    *size = 64 << 20;
    if (!memory)
        memory = aligned_alloc(4096, *size);
    return memory;
}

noreturn void panic(const char *format, ...)
{
    fprintf(stderr, "panic: %s\n", format);
    exit(1);
}

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    va_list values;
    fprintf(stderr, "%s: ", module);
    va_start(values, shape);
    vfprintf(stderr, site->format, values);
    va_end(values);
    fputc('\n', stderr);
}

void log_drain(void)
{
}

void host_run_end_hooks(void)
{
}

struct host_stack host_kernel_stack(void)
{
    return (struct host_stack){stack_memory, sizeof(stack_memory)};
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

static void read_counter(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uintptr_t ticks = clock_ticks();
        __asm__ volatile("" : : "r"(ticks));
    }
}

static const struct bench counter_benches[] = {
    {"read of the processor's counter", read_counter, 1, 0, "once a switch, with RUN_TIME"},
    {0},
};

static bool is_wanted(const struct bench *bench)
{
    for (char **part = wanted; *part; part++)
        if (strstr(bench->name, *part))
            return true;
    return !*wanted;
}

static const struct bench *const groups[] = {memory_benches, large_memory_benches, channel_benches,
                                             counter_benches, task_benches};

static int run_group(const struct bench *bench)
{
    int status = 0;
    for (; bench->name; bench++) {
        if (!is_wanted(bench))
            continue;
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

/* The task in which everything is measured, so that a benchmark can park. */
static void run_all(void *argument)
{
    int status = 0;
    (void)argument;
    printf("%-44s %9s %9s   %s\n", CONFIG_RUN_TIME ? "" : "without RUN_TIME", "ns", "limit",
           "others");
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
        status |= run_group(groups[i]);
    exit(status);
}

int main(int count, char **values)
{
    (void)count;
    wanted = values + 1;
    static struct task task;
    static uint8_t stack[256 * 1024] __attribute__((aligned(4096)));
    const struct task_parameters parameters = {
        .name = "bench", .stack = {stack, sizeof(stack), 4096}, .priority = 8, .entry = run_all};
    bench_expect(!task_spawn(&task, &parameters), "task_spawn");
    task_run();
}
