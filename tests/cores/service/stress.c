/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Starts the workers, cancels and moves them at random, waits for their end.
 */
#include "stress.h"

#include <kernel/clock.h>
#include <kernel/core.h>
#include <kernel/log.h>

enum { ERRORS_TOLD = 8, MILLISECOND = 1000000 };

struct stress_counts stress_counts;
atomic_bool stress_over;

static struct stress_task workers[STRESS_WORKERS];
static uint8_t stacks[STRESS_WORKERS][STRESS_STACK] __attribute__((aligned(4096)));

static const struct {
    const char *name;
    unsigned count;
    void (*body)(void *argument);
    uint64_t limit;
} kinds[] = {
    {"server", STRESS_SERVERS, stress_server, 0},
    {"sender", STRESS_SENDERS, stress_sender, 0},
    {"pair", 2 * STRESS_PAIRS, stress_pair, 0},
    {"parent", STRESS_PARENTS, stress_parent, 0},
    {"idler", STRESS_IDLERS, stress_idler, 0},
    {"hog", STRESS_HOGS, stress_hog, STRESS_HOG_LIMIT},
};

void stress_expect(bool holds, const char *what, unsigned long found, unsigned long wanted)
{
    if (!holds && atomic_fetch_add(&stress_counts.errors, 1) < ERRORS_TOLD)
        log_error("stress", "%s on core %u: %s: %lu, not %lu", task_current_name(), core_current(),
                  what, found, wanted);
}

/* Marsaglia's xorshift, 32 bits. */
unsigned stress_random(struct stress_task *self, unsigned limit)
{
    self->random ^= self->random << 13;
    self->random ^= self->random >> 17;
    self->random ^= self->random << 5;
    return self->random % limit;
}

uint64_t stress_deadline(struct stress_task *self)
{
    unsigned kind = stress_random(self, 4);
    if (kind == 0)
        return 0;
    return kind == 1 ? clock_now() + stress_random(self, 200) * UINT64_C(1000) : CLOCK_NEVER;
}

void stress_wander(struct stress_task *self)
{
    unsigned what = stress_random(self, 16);
    if (what == 0) {
        unsigned core = stress_random(self, CONFIG_CORES);
        stress_expect(task_move(&self->task, core) == OK, "move", 1, 0);
        atomic_fetch_add(&stress_counts.moves, 1);
    } else if (what < 8) {
        task_yield();
    }
}

static void spawn_all(void)
{
    struct stress_task *worker = workers;
    for (unsigned kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++)
        for (unsigned i = 0; i < kinds[kind].count; i++, worker++) {
            size_t n = (size_t)(worker - workers);
            worker->number = i;
            worker->random = 2463534242U + (uint32_t)n * 7919;
            const struct task_parameters parameters = {
                .name = kinds[kind].name,
                .stack = {stacks[n], STRESS_STACK, 0},
                .priority = (uint8_t)(9 + n % 2),
                .core = (uint8_t)(n % CONFIG_CORES),
                .limit = kinds[kind].limit,
                .entry = kinds[kind].body,
                .argument = worker,
            };
            stress_expect(task_spawn(&worker->task, &parameters) == OK, "spawn", n, 0);
        }
}

/* Does to others what they must bear. Servers aren't cancelled: nobody else ends what they owe. */
static void disturb(struct stress_task *self)
{
    unsigned n = STRESS_SERVERS + stress_random(self, STRESS_WORKERS - STRESS_SERVERS);
    if (stress_random(self, 3) == 0) {
        task_cancel(&workers[n].task);
        atomic_fetch_add(&stress_counts.cancelled, 1);
    }
    n = stress_random(self, STRESS_WORKERS - 1); /* the last hog sees where it gets by itself */
    task_move(&workers[n].task, stress_random(self, CONFIG_CORES));
    task_sleep_until(clock_now() + stress_random(self, 3) * MILLISECOND);
}

static void join_all(uint64_t deadline)
{
    for (unsigned i = 0; i < STRESS_WORKERS; i++) {
        enum status exit_status = OK;
        enum status status = task_join(&workers[i].task, deadline, &exit_status);
        if (status)
            log_error("stress", "%s %u: %s, on core %u", workers[i].task.name, workers[i].number,
                      task_state_name(task_state(&workers[i].task)), task_core(&workers[i].task));
        stress_expect(status == OK && exit_status == OK, "join", i, 0);
    }
}

enum status stress_main(const struct service *service)
{
    const struct stress_config *config = service->config;
    static struct stress_task self = {.random = 362436069};
    uint64_t end = clock_now() + config->seconds * NANOSECONDS_PER_SECOND;

    stress_channels_init();
    stress_pairs_init();
    spawn_all();
    while (clock_now() < end)
        disturb(&self);
    atomic_store(&stress_over, true);
    join_all(clock_now() + 20 * NANOSECONDS_PER_SECOND);
    stress_channels_check(workers + STRESS_SERVERS);
    const struct stress_counts *counts = &stress_counts;
    log_info("stress", "%u cores: %u messages, %u calls, %u signals, %u children, %u sleeps",
             (unsigned)CONFIG_CORES, counts->messages, counts->calls, counts->signals,
             counts->children, counts->sleeps);
    log_info("stress", "%u moves, %u preempted, %u pages, %u cancelled, %u timeouts; %u errors",
             counts->moves, counts->preempted, counts->pages, counts->cancelled, counts->timeouts,
             counts->errors);
    return OK;
}
