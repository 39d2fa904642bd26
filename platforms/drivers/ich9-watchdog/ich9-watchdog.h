/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The TCO timer of Intel's ICH9 (I/O Controller Hub 9 datasheet 316972, 13.9), which a PC with
 * another chipset does not have. It counts down twice, in steps of 0.6 s, and then resets the
 * board. It interrupts nobody before, so there is no report; the next start tells that it was.
 */
#ifndef ICH9_WATCHDOG_H
#define ICH9_WATCHDOG_H

#include <ich9_watchdog_config.h>
#include <kernel/device.h>
#include <stdint.h>

struct ich9_watchdog_state {
    uint16_t tco; /* the port of its first register */
};

extern const struct driver ich9_watchdog_driver;

#endif
