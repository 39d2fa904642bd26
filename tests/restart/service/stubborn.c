/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stubborn.h.
 */
#include "stubborn.h"

#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/log.h>
#include <kernel/service.h>
#include <kernel/task.h>

enum { KINDS = 4, STACK = sizeof(void *) == 8 ? 32 * 1024 : 1536, MILLISECOND = 1000000 };

static struct task tasks[CONFIG_CORES][KINDS];
static uint8_t stacks[CONFIG_CORES][KINDS][STACK] __attribute__((aligned(4096)));
static struct alarm alarms[CONFIG_CORES];
static struct event never[CONFIG_CORES];
static volatile unsigned beats;

static void compute(void *argument)
{
    (void)argument;
    for (volatile unsigned turns = 0;; turns = turns + 1)
        continue;
}

static void yield(void *argument)
{
    (void)argument;
    for (;;)
        task_yield();
}

static void wait_always(void *argument)
{
    for (;;)
        event_wait(argument, CLOCK_NEVER);
}

static void beat(struct alarm *alarm)
{
    beats = beats + 1;
    clock_arm(alarm, beat, clock_now() + 5 * MILLISECOND);
}

/* An alarm is of the core that arms it. */
static void begin_to_beat(void *argument)
{
    clock_arm(argument, beat, clock_now() + 5 * MILLISECOND);
}

static enum status spawn_all(void)
{
    static void (*const entries[KINDS])(void *) = {begin_to_beat, wait_always, yield, compute};
    static const char *const names[KINDS] = {"beats", "waits", "yields", "computes"};
    enum status status = OK;
    for (unsigned core = 0; core < CONFIG_CORES; core++)
        for (unsigned kind = 0; kind < KINDS && !status; kind++) {
            const struct task_parameters parameters = {
                .name = names[kind],
                .stack = {stacks[core][kind], STACK, 0},
                .priority = 6,
                .core = (uint8_t)core,
                .limit = 20 * MILLISECOND,
                .entry = entries[kind],
                .argument = kind == 0 ? (void *)&alarms[core] : (void *)&never[core],
            };
            status = task_spawn(&tasks[core][kind], &parameters);
        }
    return status;
}

enum status stubborn_main(const struct service *service)
{
    enum status status = OK;
    if (service->life->restarts == 0)
        status = spawn_all();
    if (!status)
        status = task_sleep_until(clock_now() + 300 * MILLISECOND);
    if (status)
        return status;
    log_info(service->name, "life %u: %s", (unsigned)service->life->restarts + 1,
             beats ? "alarms go off" : "no alarm");
    return service->life->restarts == 0 ? ERR_CORRUPT : task_sleep_until(CLOCK_NEVER);
}
