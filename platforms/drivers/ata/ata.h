/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A disk at a PC's IDE controller, the first drive of a channel: programmed I/O with interrupts and
 * addresses of 28 bits (ATA/ATAPI-6, T13/1410D), which reach 128 GiB. Where nothing answers at the
 * ports there is no medium.
 */
#ifndef ATA_H
#define ATA_H

#include <ata_config.h>
#include <kernel/block.h>
#include <kernel/claim.h>
#include <kernel/event.h>
#include <stdatomic.h>

struct ata_state {
    struct claim claim;
    struct event ready;
    atomic_bool interrupted; /* since the command, or since it was looked at */
    uint64_t sectors;
};

extern const struct driver ata_driver;

#endif
