/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The kernel's benchmarks as an image: the board's own kernel starts, and a task in the shell's
 * place does what tests/bench/kernel does. The emulator's clock goes on by one nanosecond an
 * instruction, so what the board's timer measures are instructions, on average of many rounds:
 * the timer's own steps are longer.
 */
#include <tests/bench/kernel/bench.h>
#include <tests/polled_print.h>

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/power.h>
#include <kernel/service.h>
#include <kernel/task.h>

enum { STACK = 64 * 1024, PAGE = 4096, MEMORY = 640 * PAGE, COUNT = 2000, WAKES = 500 };

#define AN_HOUR UINT64_C(3600000000000) /* ns */
#define AHEAD   UINT64_C(100000)        /* ns: the board sleeps until then */

enum status __wrap_shell_main(const struct service *service);
void __wrap_watchdog_start(void);

size_t bench_guard;

static struct task task;
/* In no section that a start clears: "boot" would be that, most of all. */
static uint8_t stack[STACK] __attribute__((aligned(PAGE), section(".noinit.bench")));
static uint8_t memory[MEMORY] __attribute__((aligned(PAGE), section(".noinit.bench")));
static uint64_t boot_time;
static struct event woken;

uint8_t *bench_memory(size_t *size)
{
    *size = MEMORY;
    return memory;
}

void bench_expect(int good, const char *text)
{
    if (good)
        return;
    polled_print("bench: %s\r\n", text);
    power_off(1);
}

/* One row: `instructions` were `operations`. */
static void print_row(const char *name, uint64_t instructions, uint64_t operations,
                      const char *others)
{
    uint64_t tenths = (instructions * 10 + operations / 2) / operations;
    polled_print("%-44s %9lu.%lu   %s\r\n", name, (unsigned long)(tenths / 10),
                 (unsigned long)(tenths % 10), others);
}

static void run_group(const struct bench *bench)
{
    for (; bench->name; bench++) {
        bench->run(COUNT); /* sets up */
        uint64_t start = clock_now();
        bench->run(COUNT);
        print_row(bench->name, clock_now() - start, (uint64_t)COUNT * bench->operations,
                  bench->others);
    }
}

static void wake(struct alarm *alarm)
{
    (void)alarm;
    event_signal(&woken);
}

/* From a timer's deadline, with the board asleep, to the task that waits for it. */
static uint64_t wakes(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < WAKES; i++) {
        static struct alarm alarm;
        const uint64_t deadline = clock_now() + AHEAD;
        clock_arm(&alarm, wake, deadline);
        bench_expect(!event_wait(&woken, CLOCK_NEVER), "event_wait");
        sum += clock_now() - deadline;
    }
    return sum;
}

static void read_ticks(uint32_t count)
{
    bool enabled = arch_interrupts_disable();
    for (uint32_t i = 0; i < count; i++) {
        uintptr_t ticks = clock_ticks();
        __asm__ volatile("" : : "r"(ticks));
    }
    arch_interrupts_restore(enabled);
}

static const struct bench clock_benches[] = {
    {"read of the timer's ticks", read_ticks, 1, 0, "a switch reads them once"}, {0}};

static void run_all(void *argument)
{
    (void)argument;
    polled_print("%-44s %11s   %s\r\n", board.name, "instructions", "others, in ns or as said");
    print_row("boot, to the shell's begin", boot_time, 1, "");
    print_row("wake from an interrupt, with its switch", wakes(), WAKES, "");
    run_group(memory_benches);
    run_group(channel_benches);
    run_group(clock_benches);
    run_group(task_benches);
    polled_print("done\r\n");
    power_off(0);
}

/* None: a benchmark may take longer than a board waits. */
void __wrap_watchdog_start(void)
{
}

enum status __wrap_shell_main(const struct service *service)
{
    const struct task_parameters parameters = {
        .name = "bench",
        .stack = {.base = stack, .size = STACK, .guard = service->stack.guard},
        .priority = 8,
        .entry = run_all,
        .limit = AN_HOUR,
    };
    boot_time = clock_now();
    bench_guard = service->stack.guard;
    enum status status = task_spawn(&task, &parameters);
    return status ? status : task_join(&task, CLOCK_NEVER, NULL);
}
