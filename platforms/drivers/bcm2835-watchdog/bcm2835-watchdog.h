/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The power manager of BCM2835 and its successors. No manual describes it; what is used here is
 * what the boot firmware's own interface fixes: a watchdog that resets the SoC, and a partition
 * number that the boot ROM looks at after it, of which 63 means halt.
 */
#ifndef BCM2835_WATCHDOG_H
#define BCM2835_WATCHDOG_H

#include <bcm2835_watchdog_config.h>
#include <kernel/device.h>

extern const struct driver bcm2835_watchdog_driver;

#endif
