/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Disk of the simulated board: the file after `--disk` on the command line (`make run` gives it
 * build/<board>/disk.img). It is one board's at a time. Without it there is no medium in the
 * device.
 */
#ifndef HOST_BLOCK_H
#define HOST_BLOCK_H

#include <host_block_config.h>
#include <kernel/block.h>

struct host_block_state {
    int file;
    uint64_t sectors;
    bool read_only;
};

extern const struct driver host_block_driver;

#endif
