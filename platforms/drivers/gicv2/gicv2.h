/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm Generic Interrupt Controller, versions 1 and 2 (Arm IHI 0048). Numbers are INTIDs.
 */
#ifndef GICV2_H
#define GICV2_H

#include <gicv2_config.h>
#include <kernel/device.h>

extern const struct driver gicv2_driver;

#endif
