/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The real time clock of every PC (Motorola, MC146818A), which runs from a battery. It keeps UTC
 * here, as everything but Windows has it.
 */
#ifndef CMOS_CLOCK_H
#define CMOS_CLOCK_H

#include <cmos_clock_config.h>
#include <kernel/device.h>

extern const struct driver cmos_clock_driver;

#endif
