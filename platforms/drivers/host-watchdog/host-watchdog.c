/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-watchdog.h.
 */
#include "host-watchdog.h"

#include <kernel/clock.h>
#include <kernel/watchdog.h>
#include <platforms/arch/host/host.h>
#include <signal.h>
#include <unistd.h>

static enum status host_watchdog_init(const struct device *device)
{
    struct host_watchdog_state *state = device->state;
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = HOST_WATCHDOG_SIGNAL};
    event._sigev_un._tid = gettid(); /* which glibc has no other name for */
    return timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &state->timer) ? ERR_DEVICE : OK;
}

static void host_watchdog_feed(const struct device *device)
{
    struct host_watchdog_state *state = device->state;
    timer_settime(state->timer, 0, &state->timeout, NULL);
}

static enum status host_watchdog_start(const struct device *device, uint64_t timeout)
{
    struct host_watchdog_state *state = device->state;
    state->timeout.it_value.tv_sec = (time_t)(timeout / NANOSECONDS_PER_SECOND);
    state->timeout.it_value.tv_nsec = (long)(timeout % NANOSECONDS_PER_SECOND);
    host_watchdog_feed(device);
    return OK;
}

static const struct watchdog_operations operations = {
    .start = host_watchdog_start,
    .feed = host_watchdog_feed,
};

const struct driver host_watchdog_driver = {
    .name = "host-watchdog",
    .class = "watchdog",
    .init = host_watchdog_init,
    .operations = &operations,
};
