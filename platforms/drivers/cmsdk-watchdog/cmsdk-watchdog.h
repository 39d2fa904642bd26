/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The watchdog of Arm's Cortex-M System Design Kit (DDI 0479, 4.5): counts down and raises NMI,
 * which comes through every mask and ends in a report; when it reaches zero a second time it resets
 * the board.
 */
#ifndef CMSDK_WATCHDOG_H
#define CMSDK_WATCHDOG_H

#include <cmsdk_watchdog_config.h>
#include <kernel/device.h>

extern const struct driver cmsdk_watchdog_driver;

#endif
