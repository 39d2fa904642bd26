/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Power control by the fixed hardware that ACPI's tables describe (ACPI 6.5, 4.8 and 16.1): the
 * sleep state S5 and the reset register. There is no AML interpreter: \_S5's package is read as it
 * stands.
 */
#ifndef ACPI_H
#define ACPI_H

#include "acpi_tables.h"

#include <kernel/device.h>

struct acpi_state {
    struct acpi_power power;
};

extern const struct driver acpi_driver;

#endif
