/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "interrupt-controller": the Cortex-M's nested vectored interrupt controller (Armv7-M ARM,
 * DDI 0403E, B3.4). Numbers are external interrupts, 0 upwards. All interrupts get one priority,
 * less urgent than the configurable faults, so that handlers do not nest and a fault in one is
 * reported. Level and edge need no setting: the NVIC keeps what it sampled, and asks again while a
 * level holds.
 */
#ifndef NVIC_H
#define NVIC_H

#include <kernel/device.h>
#include <nvic_config.h>

extern const struct driver nvic_driver;

#endif
