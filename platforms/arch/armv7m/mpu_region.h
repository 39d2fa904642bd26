/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Regions of the Armv7-M MPU (PMSAv7; Armv7-M ARM, DDI 0403E, B3.5): a power of two of 32 bytes or
 * more, aligned to its size; from 256 bytes on each eighth can be left out. Pure arithmetic, which
 * unit tests call on the host.
 */
#ifndef ARMV7M_MPU_REGION_H
#define ARMV7M_MPU_REGION_H

#include <kernel/device.h>
#include <stddef.h>
#include <stdint.h>

enum mpu_access {
    MPU_NO_ACCESS,
    MPU_CODE,     /* read and execute */
    MPU_CONSTANT, /* read */
    MPU_DATA,     /* read and write */
    MPU_DEVICE,   /* read and write, neither cached nor reordered */
};

struct mpu_region {
    uint32_t base;
    uint8_t size_log2;        /* 5 to 32 */
    uint8_t disabled_eighths; /* bit n: the n-th eighth from the base is not part of the region */
};

/* The smallest region that covers all windows (sorted by base, at least one), without the eighths
 * that hold none of them. What it covers besides is rounding. */
struct mpu_region mpu_region_cover(const struct register_window *windows, size_t count);

/* Bytes that the region covers. */
uint64_t mpu_region_bytes(const struct mpu_region *region);

/* The values of RBAR and RASR for it (B3.5.8, B3.5.9), region number excluded. */
uint32_t mpu_region_rbar(const struct mpu_region *region);
uint32_t mpu_region_rasr(const struct mpu_region *region, enum mpu_access access);

/* Covers the windows by up to `limit` regions so that as little else as possible is covered. Stores
 * them and returns how many: none for no windows. `limit` is 1 or 2. */
size_t mpu_region_cover_all(const struct register_window *windows, size_t count,
                            struct mpu_region *regions, size_t limit);

#endif
