/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The mailbox of BCM2835 and its successors, through which the VideoCore's firmware answers for
 * what it knows: which memory the board has and which part of it is the CPU's.
 */
#ifndef BCM2835_MAILBOX_H
#define BCM2835_MAILBOX_H

#include <bcm2835_mailbox_config.h>
#include <kernel/device.h>

extern const struct driver bcm2835_mailbox_driver;

#endif
