/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blocks of Forth in the partition that the board's file gives the shell (`blocks:`), the first at
 * its start; beyond it nothing is touched. Sessions have buffers of their own: what one has written
 * another sees after EMPTY-BUFFERS. Private to the service. Task context.
 */
#ifndef SHELL_BLOCKS_H
#define SHELL_BLOCKS_H

#include <kernel/partition.h>
#include <services/forth/forth.h>

/* For struct forth_host of a session whose service has a partition. A partition whose medium is not
 * there, or is too short, is no storage: -257. */
extern const struct forth_blocks shell_blocks;

/* Tells the log if the partition cannot be used, and why. */
void shell_blocks_check(const struct partition *partition);

#endif
