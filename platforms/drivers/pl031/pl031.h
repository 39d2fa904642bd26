/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm PrimeCell real time clock, PL031 (Arm DDI 0224): a counter of seconds.
 */
#ifndef PL031_H
#define PL031_H

#include <kernel/device.h>
#include <pl031_config.h>

extern const struct driver pl031_driver;

#endif
