/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The ways to reset a PC that need no firmware, one after the other.
 */
#ifndef PC_RESET_H
#define PC_RESET_H

#include <kernel/device.h>

extern const struct driver pc_reset_driver;

#endif
