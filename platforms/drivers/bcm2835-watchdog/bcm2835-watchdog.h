/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The power manager of BCM2835 and its successors. No manual describes it; what is used here is
 * what the boot firmware's own interface fixes: a watchdog that resets the SoC, and a partition
 * number that the boot ROM looks at after it, of which 63 means halt. It is the board's watchdog
 * too, with at most 15 s, except where an emulator or a debugger answers semihosting calls.
 */
#ifndef BCM2835_WATCHDOG_H
#define BCM2835_WATCHDOG_H

#include <bcm2835_watchdog_config.h>
#include <kernel/device.h>
#include <stdint.h>

struct bcm2835_watchdog_state {
    uint32_t ticks; /* until it resets the SoC, unless it is fed */
};

extern const struct driver bcm2835_watchdog_driver;

#endif
