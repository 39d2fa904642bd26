/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A POSIX timer on CLOCK_MONOTONIC with absolute deadlines; its signal is the timer's interrupt.
 */
#include "host-timer.h"

#include <platforms/arch/host/host.h>
#include <signal.h>

static enum status host_timer_init(const struct device *device)
{
    struct host_timer_state *state = device->state;
    enum status status = host_interrupt_attach(HOST_INTERRUPT_TIMER, device);
    if (status)
        return status;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = host_interrupt_signal(HOST_INTERRUPT_TIMER)};
    return timer_create(CLOCK_MONOTONIC, &event, &state->timer) ? ERR_DEVICE : OK;
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

static void host_timer_set_deadline(const struct device *device, uint64_t deadline)
{
    struct host_timer_state *state = device->state;
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
    timer_settime(state->timer, TIMER_ABSTIME, &setting, NULL);
}

static const struct timer_operations operations = {
    .now = host_timer_now,
    .set_deadline = host_timer_set_deadline,
};

const struct driver host_timer_driver = {
    .name = "host-timer",
    .class = "timer",
    .init = host_timer_init,
    .interrupt = host_timer_interrupt,
    .operations = &operations,
};
