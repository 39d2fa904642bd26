/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm Generic Interrupt Controller, versions 3 and 4 (Arm IHI 0069), with affinity routing and the
 * CPU interface in system registers. Numbers are INTIDs; LPIs and the ITS are not used.
 */
#ifndef GICV3_H
#define GICV3_H

#include <gicv3_config.h>
#include <kernel/device.h>

struct gicv3_state {
    struct register_window redistributors[CONFIG_CORES]; /* RD_base, then SGI_base, by core */
};

extern const struct driver gicv3_driver;

#endif
