/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Starting, interrupting and stopping cores.
 */
#include <kernel/core.h>

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/interrupt.h>
#include <kernel/log.h>
#include <kernel/task.h>

/* For a core to come up: a busy machine that emulates one takes its time. */
#define PATIENCE (5 * NANOSECONDS_PER_SECOND)

enum { NO_CORE = UINT8_MAX };

static atomic_uint up = 1;               /* bit n: core n schedules */
static atomic_uint stopped_by = NO_CORE; /* who has stopped the others */

static atomic_uint signals[CONFIG_CORES];

unsigned core_mask(void)
{
    return atomic_load_explicit(&up, memory_order_acquire);
}

static enum status start(unsigned core)
{
    uint64_t deadline = clock_now() + PATIENCE;
    enum status status = arch_core_start(core);
    while (!status && !core_is_up(core)) {
        if (clock_now() >= deadline)
            status = ERR_TIMEOUT;
        arch_spin();
    }
    return status;
}

void core_start_all(void)
{
    for (unsigned core = 1; CONFIG_CORES > 1 && core < CONFIG_CORES; core++) {
        enum status status = start(core);
        if (status)
            log_error("boot", "core %u does not start: %s; core 0 does its work", core,
                      status_text(status));
    }
}

/* The devices that each core has its own of. */
static void init_devices(void)
{
    for (size_t i = 0; i < board.device_count; i++) {
        const struct device *device = &board.devices[i];
        enum status (*init)(const struct device *device) = device->driver->init_core;
        enum status status = init && device_is_up(device) ? init(device) : OK;
        if (status)
            log_error(device->name, "%s does not start on core %u: %s", device->driver->name,
                      core_current(), status_text(status));
    }
}

noreturn void core_main(void)
{
    init_devices();
    interrupt_enable_core();
    atomic_fetch_or_explicit(&up, 1U << core_current(), memory_order_release);
    task_run();
}

bool core_is_stopped(void)
{
    unsigned by = atomic_load_explicit(&stopped_by, memory_order_acquire);
    return by != NO_CORE && by != core_current();
}

void core_interrupt(void)
{
    if (core_is_stopped())
        arch_halt();
    atomic_fetch_add_explicit(&signals[core_current()], 1, memory_order_relaxed);
    task_serve_requests();
}

uint32_t core_signal_count(unsigned core)
{
    return atomic_load_explicit(&signals[core], memory_order_relaxed);
}

bool core_stop_others(void)
{
    unsigned by = NO_CORE;
    if (CONFIG_CORES == 1)
        return true;
    if (!atomic_compare_exchange_strong(&stopped_by, &by, core_current()))
        return by == core_current();
    for (unsigned core = 0; core < CONFIG_CORES; core++)
        if (core != core_current() && core_is_up(core))
            arch_core_signal(core);
    return true;
}
