/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Compares what the loader says of the hardware, in the device tree that it passes, with what the
 * board's file says, and logs what differs. Nothing is configured by it: the board's file holds.
 */
#ifndef DEVICE_TREE_H
#define DEVICE_TREE_H

#include <kernel/device.h>

extern const struct driver device_tree_driver;

#endif
