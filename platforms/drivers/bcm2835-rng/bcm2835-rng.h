/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The random number generator of BCM2835 and its successors up to BCM2837; BCM2711 has another. No
 * manual describes it: what is used here is what the drivers of several systems agree on. It keeps
 * a few words of 32 bits ready, and leaves out the first that it makes.
 */
#ifndef BCM2835_RNG_H
#define BCM2835_RNG_H

#include <bcm2835_rng_config.h>
#include <kernel/device.h>

extern const struct driver bcm2835_rng_driver;

#endif
