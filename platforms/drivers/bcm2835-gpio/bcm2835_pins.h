/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The register writes that give a pin its function and pull: "BCM2835 ARM Peripherals", 6.1, and
 * "BCM2711 ARM Peripherals", 5.2. Pins are 0 to 57.
 */
#ifndef BCM2835_PINS_H
#define BCM2835_PINS_H

#include <kernel/device.h>

enum { BCM2835_PINS = 58 };

/* Field values of GPFSELn. */
enum bcm2835_function {
    BCM2835_INPUT = 0,
    BCM2835_OUTPUT = 1,
    BCM2835_ALT0 = 4,
    BCM2835_ALT1 = 5,
    BCM2835_ALT2 = 6,
    BCM2835_ALT3 = 7,
    BCM2835_ALT4 = 3,
    BCM2835_ALT5 = 2,
};

enum bcm2835_pull { BCM2835_PULL_NONE, BCM2835_PULL_UP, BCM2835_PULL_DOWN };

/* Gives `pin` its function; other pins' stay. */
void bcm2835_pin_function(const struct register_window *window, unsigned pin,
                          enum bcm2835_function function);

/* Gives `pin` its pull the way of BCM2835 to BCM2837, whose controller takes a pull for the pins
 * that are clocked. Waits some microseconds. */
void bcm2835_pin_pull(const struct register_window *window, unsigned pin, enum bcm2835_pull pull);

/* The same the way of BCM2711, which has a field for each pin. */
void bcm2711_pin_pull(const struct register_window *window, unsigned pin, enum bcm2835_pull pull);

#endif
