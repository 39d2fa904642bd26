/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Power control by firmware: the Power State Coordination Interface (Arm DEN 0022).
 */
#ifndef PSCI_H
#define PSCI_H

#include <kernel/device.h>
#include <psci_config.h>

extern const struct driver psci_driver;

#endif
