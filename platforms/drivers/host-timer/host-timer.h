/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Timer of the simulated board: the process's monotonic clock and a timer that sends a signal.
 */
#ifndef HOST_TIMER_H
#define HOST_TIMER_H

#include <host_timer_config.h>
#include <kernel/clock.h>
#include <time.h>

struct host_timer_state {
    timer_t timers[CONFIG_CORES];
};

extern const struct driver host_timer_driver;

#endif
