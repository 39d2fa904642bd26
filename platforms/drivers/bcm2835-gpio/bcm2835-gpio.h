/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The pins of BCM2835 to BCM2837 and BCM2711: gives each that the board names its function and
 * pull, before the devices start that use them. Other pins stay as the firmware left them.
 */
#ifndef BCM2835_GPIO_H
#define BCM2835_GPIO_H

#include <bcm2835_gpio_config.h>
#include <kernel/device.h>

extern const struct driver bcm2835_gpio_driver;

#endif
