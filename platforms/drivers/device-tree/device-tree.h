/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Compares what the loader says of the hardware, in the device tree that it passes, with what the
 * board's file says, and tells what differs. The board's file holds, but memory that is not there
 * is not given out. Where the loader passes a file in RAM, which other systems take for an initial
 * RAM disk (/chosen, linux,initrd-start and -end), it is one of options (runtime_config.h): QEMU's
 * -initrd, `initramfs` in a Pi's config.txt, U-Boot's bootefi or booti.
 */
#ifndef DEVICE_TREE_H
#define DEVICE_TREE_H

#include <kernel/device.h>

extern const struct driver device_tree_driver;

#endif
