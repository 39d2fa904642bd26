/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "power": restarts the board through the core's application interrupt and reset control
 * register (Armv7-M ARM, B3.2.6). Has neither configuration nor state.
 */
#ifndef ARMV7M_RESET_H
#define ARMV7M_RESET_H

#include <kernel/device.h>

extern const struct driver armv7m_reset_driver;

#endif
