/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A POSIX timer on CLOCK_MONOTONIC with absolute deadlines; its signal is the timer's interrupt.
 */
#include "host-timer.h"

#include <kernel/core.h>
#include <platforms/arch/host/host.h>
#include <signal.h>
#include <unistd.h>

/* This core's. */
static timer_t *timer(const struct device *device)
{
    return &((struct host_timer_state *)device->state)->timers[core_current()];
}

static enum status host_timer_init_core(const struct device *device)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID,
                             .sigev_signo = host_interrupt_signal(HOST_INTERRUPT_TIMER)};
    event._sigev_un._tid = gettid(); /* which glibc has no other name for */
    return timer_create(CLOCK_MONOTONIC, &event, timer(device)) ? ERR_DEVICE : OK;
}

static enum status host_timer_init(const struct device *device)
{
    enum status status = host_interrupt_attach(HOST_INTERRUPT_TIMER, device);
    return status ? status : host_timer_init_core(device);
}

static void host_timer_interrupt(const struct device *device)
{
    (void)device;
    clock_interrupt();
}

static uint64_t host_timer_now(const struct device *device)
{
    (void)device;
    return host_now();
}

/* The system's clock has nanoseconds only. */
static uintptr_t host_timer_ticks(const struct device *device)
{
    return host_timer_now(device);
}

static uint64_t host_timer_length(const struct device *device, uint64_t ticks)
{
    (void)device;
    return ticks;
}

static void host_timer_set_deadline(const struct device *device, uint64_t deadline)
{
    struct itimerspec setting = {0}; /* all zero: no deadline */
    if (deadline != CLOCK_NEVER) {
        setting.it_value.tv_sec = (time_t)(deadline / NANOSECONDS_PER_SECOND);
        setting.it_value.tv_nsec = (long)(deadline % NANOSECONDS_PER_SECOND);
        setting.it_value.tv_sec += (time_t)(host_entry_time() / NANOSECONDS_PER_SECOND);
        setting.it_value.tv_nsec += (long)(host_entry_time() % NANOSECONDS_PER_SECOND);
        if (setting.it_value.tv_nsec >= (long)NANOSECONDS_PER_SECOND) {
            setting.it_value.tv_sec++;
            setting.it_value.tv_nsec -= (long)NANOSECONDS_PER_SECOND;
        }
    }
    timer_settime(*timer(device), TIMER_ABSTIME, &setting, NULL);
}

static const struct timer_operations operations = {
    .now = host_timer_now,
    .ticks = host_timer_ticks,
    .length = host_timer_length,
    .set_deadline = host_timer_set_deadline,
};

const struct driver host_timer_driver = {
    .name = "host-timer",
    .class = "timer",
    .init = host_timer_init,
    .interrupt = host_timer_interrupt,
    .operations = &operations,
    .init_core = host_timer_init_core,
};
