/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Pairs pass a turn to and fro by events; parents spawn children on any core and join them; idlers
 * sleep, and take and give pages. No signal may be lost, no end missed, no sleep be too short.
 */
#include "stress.h"

#include <kernel/clock.h>
#include <kernel/lock.h>
#include <kernel/memory.h>
#include <string.h>

enum { PAIRS_PATIENCE = 10 /* s */ };

static struct pair {
    struct event turn[2];
    unsigned count; /* whose turn it is may change it */
} pairs[STRESS_PAIRS];

static struct stress_task children[STRESS_PARENTS][STRESS_CHILDREN];
static uint8_t child_stacks[STRESS_PARENTS][STRESS_CHILDREN][STRESS_STACK]
    __attribute__((aligned(4096)));

static struct lock lock;
static unsigned guarded; /* by the lock */
static unsigned shadow;  /* the same, always */

void stress_pairs_init(void)
{
    for (unsigned i = 0; i < STRESS_PAIRS; i++)
        event_signal(&pairs[i].turn[0]);
}

void stress_pair(void *argument)
{
    struct stress_task *self = argument;
    struct pair *pair = &pairs[self->number / 2];
    unsigned side = self->number % 2;
    while (true) {
        uint64_t deadline = clock_now() + PAIRS_PATIENCE * NANOSECONDS_PER_SECOND;
        enum status status = event_wait(&pair->turn[side], deadline);
        if (status == ERR_CANCELLED)
            continue;
        stress_expect(status == OK, "a turn", status, 0);
        stress_expect(status != OK || pair->count % 2 == side, "whose turn", pair->count, side);
        pair->count++;
        atomic_fetch_add(&stress_counts.signals, 1);
        event_signal(&pair->turn[!side]);
        if (status != OK || atomic_load(&stress_over))
            return;
        stress_wander(self);
    }
}

static void count_under_lock(void)
{
    bool enabled = lock_acquire(&lock);
    stress_expect(guarded == shadow, "under the lock", shadow, guarded);
    guarded++;
    shadow++;
    lock_release(&lock, enabled);
}

void stress_child(void *argument)
{
    struct stress_task *self = argument;
    for (unsigned i = stress_random(self, 4); i > 0; i--) {
        count_under_lock();
        stress_wander(self);
    }
    task_exit(self->number % 2 ? ERR_LIMIT : OK);
}

/* A child that may be on any core, and is joined wherever it has got to. */
static void raise_child(struct stress_task *self, unsigned place)
{
    struct stress_task *child = &children[self->number][place];
    child->number = stress_random(self, 2);
    child->random = self->random | 1;
    const struct task_parameters parameters = {
        .name = "child",
        .stack = {child_stacks[self->number][place], STRESS_STACK, 0},
        .priority = (uint8_t)(9 + stress_random(self, 3)),
        .core = (uint8_t)stress_random(self, CONFIG_CORES),
        .entry = stress_child,
        .argument = child,
    };
    enum status status = task_spawn(&child->task, &parameters);
    stress_expect(status == OK, status_name(status), status, 0);
}

static void bury_child(struct stress_task *self, unsigned place)
{
    struct stress_task *child = &children[self->number][place];
    enum status status, ended = OK;
    if (stress_random(self, 4) == 0)
        task_cancel(&child->task);
    do {
        status = task_join(&child->task, stress_deadline(self), &ended);
    } while (status == ERR_TIMEOUT || status == ERR_CANCELLED);
    stress_expect(status == OK, status_name(status), status, 0);
    stress_expect(ended == (child->number % 2 ? ERR_LIMIT : OK), "ended with", ended,
                  child->number);
    if (stress_random(self, 2))
        stress_expect(task_forget(&child->task) == OK, "forget", 1, 0);
    atomic_fetch_add(&stress_counts.children, 1);
}

void stress_parent(void *argument)
{
    struct stress_task *self = argument;
    while (!atomic_load(&stress_over)) {
        unsigned count = 1 + stress_random(self, STRESS_CHILDREN);
        for (unsigned i = 0; i < count; i++)
            raise_child(self, i);
        stress_wander(self);
        for (unsigned i = 0; i < count; i++)
            bury_child(self, i);
    }
}

static void use_page(struct stress_task *self)
{
    void *run;
    unsigned order = stress_random(self, 3);
    size_t size = page_size(&memory_pages) << order;
    if (page_allocate(&memory_pages, 0, order, &run))
        return;
    memset(run, (int)self->number + 1, size);
    stress_wander(self);
    const uint8_t *bytes = run;
    stress_expect(bytes[0] == self->number + 1 && memcmp(bytes, bytes + 1, size - 1) == 0, "a page",
                  bytes[0], self->number + 1);
    stress_expect(page_free(&memory_pages, run, order) == OK, "free", order, 0);
    atomic_fetch_add(&stress_counts.pages, 1);
}

void stress_idler(void *argument)
{
    struct stress_task *self = argument;
    while (!atomic_load(&stress_over)) {
        uint64_t until = clock_now() + stress_random(self, 500) * UINT64_C(1000);
        enum status status = task_sleep_until(until);
        uint64_t now = clock_now();
        stress_expect(status == ERR_CANCELLED || now >= until, "slept until", (unsigned long)now,
                      (unsigned long)until);
        atomic_fetch_add(&stress_counts.sleeps, 1);
        use_page(self);
        count_under_lock();
        stress_wander(self);
    }
}

/* Runs until it was preempted, with interrupts masked now and then; where it is to move meanwhile,
 * it stays until it gives the processor up: who masks may be preempted between learning its core's
 * number and masking that core's. */
static void hog_core(struct stress_task *self)
{
    const volatile uint32_t *preempted = &self->task.counts.preempted;
    const unsigned core = core_current();
    for (uint32_t before = *preempted; *preempted == before;) {
        bool enabled = arch_interrupts_disable();
        unsigned now = core_current();
        arch_interrupts_restore(enabled);
        if (now != core || !enabled)
            stress_expect(false, enabled ? "core of a preempted task" : "interrupts of a task", now,
                          core);
    }
}

/* Runs beyond its limit until it was preempted and, as a parasite, throttled; then to another core.
 */
void stress_hog(void *argument)
{
    struct stress_task *self = argument;
    while (!atomic_load(&stress_over)) {
        hog_core(self);
        atomic_fetch_add(&stress_counts.preempted, 1);
        unsigned core = stress_random(self, CONFIG_CORES);
        stress_expect(task_move(&self->task, core) == OK, "move of a hog", core, core);
        if (self->number == STRESS_HOGS - 1)
            stress_expect(core_current() == core, "core of a hog", core_current(), core);
        stress_expect(task_core(&self->task) == core_current(), "core of the task",
                      task_core(&self->task), core_current());
        task_yield();
    }
}
