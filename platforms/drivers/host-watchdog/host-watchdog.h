/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Watchdog of the simulated board: a timer on the processor time of core 0's thread, so that a
 * process that is stopped or waits for its turn is not taken for one that hangs. Its signal is not
 * masked with the interrupts, and ends the run with the report of a fault, as an NMI does.
 */
#ifndef HOST_WATCHDOG_H
#define HOST_WATCHDOG_H

#include <host_watchdog_config.h>
#include <kernel/device.h>
#include <time.h>

struct host_watchdog_state {
    timer_t timer;
    struct itimerspec timeout;
};

extern const struct driver host_watchdog_driver;

#endif
