/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Access to a partition of the board's `partitions:`, whatever device its medium is in. Nothing
 * outside the partition is read or written. Offsets and sizes are in bytes and multiples of
 * BLOCK_SECTOR. Task context; several tasks may, each waits for the others' requests.
 */
#ifndef KERNEL_PARTITION_H
#define KERNEL_PARTITION_H

#include <kernel/board.h>

/* Whether it can be read: ERR_UNSUPPORTED if no driver has its medium, ERR_DEVICE if the device did
 * not start, ERR_NOT_FOUND if there is no medium in it, ERR_LIMIT if the medium ends before the
 * partition does. Any context. */
enum status partition_check(const struct partition *partition);

/* Reads or writes. As partition_check, and as the operations of block.h; ERR_INVALID: not within
 * the partition, or not whole sectors. */
enum status partition_read(const struct partition *partition, uint64_t offset, void *data,
                           size_t size);
enum status partition_write(const struct partition *partition, uint64_t offset, const void *data,
                            size_t size);

/* Returns when what was written would outlast a loss of power. As partition_check and block.h. */
enum status partition_flush(const struct partition *partition);

#endif
