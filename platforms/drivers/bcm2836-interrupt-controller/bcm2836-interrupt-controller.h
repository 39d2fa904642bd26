/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The two interrupt controllers of BCM2836 and BCM2837 as one: the cores' own ("BCM2836 ARM-local
 * peripherals", QA7 rev 3.4, chapter 4), and behind it the one that BCM2835 had ("BCM2835 ARM
 * Peripherals", chapter 7), routed to core 0.
 *
 *   number   0-63   GPU interrupts, as the manual numbers them: 57 is the UART
 *           64-71   the "basic" interrupts 0-7
 *          96-107   the core's own sources 0-11: 99 is the virtual timer
 */
#ifndef BCM2836_INTERRUPT_CONTROLLER_H
#define BCM2836_INTERRUPT_CONTROLLER_H

#include <bcm2836_interrupt_controller_config.h>
#include <kernel/device.h>

extern const struct driver bcm2836_interrupt_controller_driver;

#endif
