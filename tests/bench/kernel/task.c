/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Tasks, timers, and the codec of typed calls.
 */
#include "bench.h"

#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/interface.h>
#include <kernel/task.h>
#include <string.h>

enum { STACK = 2048, GUARD_MAX = 4096, PENDING = 10000, PRIORITY = 8 };

static struct event begin;
static uint32_t turns; /* that the partner is to take */

__attribute__((noinline)) static void yield_often(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        task_yield();
}

static void take_turns(void *argument)
{
    (void)argument;
    for (;;) {
        bench_expect(!event_wait(&begin, CLOCK_NEVER), "event_wait");
        yield_often(turns);
    }
}

static void do_nothing(void *argument)
{
    (void)argument;
}

/* Two tasks of a priority take turns: `yield` of this one, yield_often of the other. */
static void switch_with(void (*yield)(uint32_t count), uint32_t count)
{
    static struct task partner;
    static uint8_t stack[64 * 1024] __attribute__((aligned(4096)));
    const struct task_parameters parameters = {.name = "partner",
                                               .stack = {stack, sizeof(stack), bench_guard},
                                               .priority = PRIORITY,
                                               .entry = take_turns};
    if (partner.state == TASK_UNUSED) {
        bench_expect(!task_spawn(&partner, &parameters), "task_spawn");
        task_yield();
    }
    turns = count;
    event_signal(&begin);
    yield(count);
}

static void switches(uint32_t count)
{
    switch_with(yield_often, count);
}

static void yield_elsewhere(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        task_yield();
}

/* A large CPU has predicted that task_yield returns to the one that it was called by. */
static void switches_of_others(uint32_t count)
{
    switch_with(yield_elsewhere, count);
}

/* Each runs once and ends. */
static void spawns(uint32_t count)
{
    static struct task child;
    static uint8_t stack[STACK + GUARD_MAX] __attribute__((aligned(4096)));
    const struct task_parameters parameters = {.name = "child",
                                               .stack = {stack, bench_guard + STACK, bench_guard},
                                               .priority = PRIORITY,
                                               .entry = do_nothing};
    for (uint32_t i = 0; i < count; i++) {
        bench_expect(!task_spawn(&child, &parameters), "task_spawn");
        task_yield();
    }
}

static void signals(uint32_t count)
{
    struct event event = {0};
    for (uint32_t i = 0; i < count; i++) {
        event_signal(&event);
        bench_expect(!event_wait(&event, CLOCK_NEVER), "event_wait");
    }
}

/* --- timers, while so many others wait; these stay armed, for what is measured next */

static struct alarm pending[PENDING];

static void expire(struct alarm *alarm)
{
    (void)alarm;
}

/* A deadline in about 292 years or later. */
static uint64_t some_deadline(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return INT64_MAX + (uint64_t)*random;
}

static void arm_pending(uint32_t *random)
{
    for (unsigned i = 0; i < PENDING; i++)
        if (!pending[i].armed)
            clock_arm(&pending[i], expire, some_deadline(random));
}

/* A timer is taken out and armed anew. */
static void timers_replaced(uint32_t count)
{
    uint32_t random = 1;
    arm_pending(&random);
    for (uint32_t i = 0; i < count; i++) {
        struct alarm *one = &pending[i % PENDING];
        clock_disarm(one);
        clock_arm(one, expire, some_deadline(&random));
    }
}

static void timers_expired(uint32_t count)
{
    static struct alarm due;
    uint32_t random = 1;
    arm_pending(&random);
    for (uint32_t i = 0; i < count; i++) {
        bool enabled = arch_interrupts_disable();
        clock_arm(&due, expire, 0);
        clock_interrupt();
        arch_interrupts_restore(enabled);
        bench_expect(!due.armed, "clock_interrupt");
    }
}

/* --- a struct to CBOR and back */

struct reading {
    uint32_t number;
    uint64_t time;
    int16_t value;
    bool sound;
    char name[16];
};

static const struct interface_type name_type = {.kind = INTERFACE_TEXT, .limit = 15, .size = 16};

static const struct interface_field fields[] = {
    {.name = "number",
     .type = &interface_scalars[INTERFACE_U32],
     .offset = offsetof(struct reading, number)},
    {.name = "time",
     .type = &interface_scalars[INTERFACE_U64],
     .offset = offsetof(struct reading, time)},
    {.name = "value",
     .type = &interface_scalars[INTERFACE_I16],
     .offset = offsetof(struct reading, value)},
    {.name = "sound",
     .type = &interface_scalars[INTERFACE_BOOL],
     .offset = offsetof(struct reading, sound)},
    {.name = "name", .type = &name_type, .offset = offsetof(struct reading, name)},
};

static const struct interface_type reading_type = {
    .kind = INTERFACE_STRUCT, .limit = 5, .size = sizeof(struct reading), .fields = fields};

static void round_trips(uint32_t count)
{
    struct reading back, reading = {70000, UINT64_C(1234567890123), -300, true, "temperature"};
    uint8_t bytes[64];
    size_t length;
    for (uint32_t i = 0; i < count; i++) {
        bench_expect(!interface_encode(&reading_type, 1, &reading, bytes, sizeof(bytes), &length) &&
                         !interface_decode(&reading_type, bytes, length, &back),
                     "round trip");
        reading.number = back.number + 1;
    }
    bench_expect(!strcmp(back.name, reading.name) && back.value == -300, "what came back");
}

const struct bench task_benches[] = {
    {"switch between two tasks", switches, 2, 0,
     "80 mielin: claimed; Cortex-M4, cycles: 141 FreeRTOS, 184 Zephyr; aim: 10 at 3 GHz"},
    {"switch, of tasks that run other code", switches_of_others, 2, 0, ""},
    {"spawn, run, exit; 2 KB of stack", spawns, 1, 0, "100 mielin: claimed; aim: 50 at 3 GHz"},
    {"event signal and wait, one task", signals, 1, 0, ""},
    {"timer replaced, 10,000 pending", timers_replaced, 1, 0, ""},
    {"timer insert and expire, 10,000 pending", timers_expired, 1, 0, ""},
    {"CBOR round trip, struct of 5 fields", round_trips, 1, 0, ""},
    {0},
};
