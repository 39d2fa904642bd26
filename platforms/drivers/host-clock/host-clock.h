/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Real time clock of the simulated board: the host's CLOCK_REALTIME.
 */
#ifndef HOST_CLOCK_H
#define HOST_CLOCK_H

#include <host_clock_config.h>
#include <kernel/device.h>

extern const struct driver host_clock_driver;

#endif
