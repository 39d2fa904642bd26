/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Intel's I/O APIC (82093AA, ICH9), which sends its inputs to this core's local APIC, and the local
 * APIC's timer as one input more.
 */
#ifndef IOAPIC_H
#define IOAPIC_H

#include <ioapic_config.h>
#include <kernel/device.h>

extern const struct driver ioapic_driver;

#endif
