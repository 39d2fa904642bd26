/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Compares what the loader says of the hardware, in the device tree that it passes, with what the
 * board's file says, and tells what differs. The board's file holds, but memory that is not there
 * is not given out.
 */
#ifndef DEVICE_TREE_H
#define DEVICE_TREE_H

#include <kernel/device.h>

extern const struct driver device_tree_driver;

#endif
