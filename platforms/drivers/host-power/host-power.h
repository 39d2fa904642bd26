/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Power control of the simulated board: the process's end, or its start anew.
 */
#ifndef HOST_POWER_H
#define HOST_POWER_H

#include <host_power_config.h>
#include <kernel/power.h>

extern const struct driver host_power_driver;

#endif
