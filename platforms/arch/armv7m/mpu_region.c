/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The arithmetic of PMSAv7 regions.
 */
#include <platforms/arch/armv7m/mpu_region.h>

enum { SIZE_LOG2_MIN = 5, SIZE_LOG2_EIGHTHS = 8 };

/* Register bits of MPU_RASR. */
#define RASR_ENABLE          (1u << 0)
#define RASR_SIZE_SHIFT      1
#define RASR_DISABLE_SHIFT   8
#define RASR_BUFFERABLE      (1u << 16)
#define RASR_CACHEABLE       (1u << 17)
#define RASR_SHAREABLE       (1u << 18)
#define RASR_PRIVILEGED_RW   (1u << 24)
#define RASR_PRIVILEGED_READ (5u << 24)
#define RASR_EXECUTE_NEVER   (1u << 28)

static uint64_t window_end(const struct register_window *window)
{
    return (uint64_t)window->base + window->size;
}

static uint8_t unused_eighths(const struct mpu_region *region,
                              const struct register_window *windows, size_t count)
{
    uint8_t used = 0;
    uint64_t eighth = UINT64_C(1) << (region->size_log2 - 3);
    for (unsigned i = 0; i < 8; i++) {
        uint64_t start = region->base + i * eighth;
        for (size_t w = 0; w < count; w++)
            if (windows[w].base < start + eighth && window_end(&windows[w]) > start)
                used |= (uint8_t)(1u << i);
    }
    return (uint8_t)~used;
}

struct mpu_region mpu_region_cover(const struct register_window *windows, size_t count)
{
    struct mpu_region region = {.base = (uint32_t)windows[0].base, .size_log2 = SIZE_LOG2_MIN};
    uint64_t end = 0;
    for (size_t i = 0; i < count; i++)
        if (window_end(&windows[i]) > end)
            end = window_end(&windows[i]);

    for (;; region.size_log2++) {
        uint64_t size = UINT64_C(1) << region.size_log2;
        region.base = (uint32_t)(windows[0].base & ~(size - 1));
        if (region.base + size >= end)
            break;
    }
    if (region.size_log2 >= SIZE_LOG2_EIGHTHS)
        region.disabled_eighths = unused_eighths(&region, windows, count);
    return region;
}

uint64_t mpu_region_bytes(const struct mpu_region *region)
{
    uint64_t size = UINT64_C(1) << region->size_log2;
    return size - (size >> 3) * (unsigned)__builtin_popcount(region->disabled_eighths);
}

uint32_t mpu_region_rbar(const struct mpu_region *region)
{
    return region->base;
}

/* Memory types (B3.5.9, table B3-15): flash write-through, RAM write-back without write-allocate,
 * device. Not shareable, since there is one core; the Cortex-M7 would not cache it otherwise. */
static uint32_t attributes(enum mpu_access access)
{
    switch (access) {
    case MPU_CODE:
        return RASR_PRIVILEGED_READ | RASR_CACHEABLE;
    case MPU_CONSTANT:
        return RASR_PRIVILEGED_READ | RASR_CACHEABLE | RASR_EXECUTE_NEVER;
    case MPU_DATA:
        return RASR_PRIVILEGED_RW | RASR_CACHEABLE | RASR_BUFFERABLE | RASR_EXECUTE_NEVER;
    case MPU_DEVICE:
        return RASR_PRIVILEGED_RW | RASR_SHAREABLE | RASR_BUFFERABLE | RASR_EXECUTE_NEVER;
    case MPU_NO_ACCESS:
    default:
        return RASR_EXECUTE_NEVER;
    }
}

uint32_t mpu_region_rasr(const struct mpu_region *region, enum mpu_access access)
{
    return attributes(access) | (uint32_t)region->disabled_eighths << RASR_DISABLE_SHIFT |
           (uint32_t)(region->size_log2 - 1) << RASR_SIZE_SHIFT | RASR_ENABLE;
}

size_t mpu_region_cover_all(const struct register_window *windows, size_t count,
                            struct mpu_region *regions, size_t limit)
{
    if (count == 0)
        return 0;
    regions[0] = mpu_region_cover(windows, count);
    uint64_t least = mpu_region_bytes(&regions[0]);
    size_t used = 1;
    for (size_t split = 1; limit > 1 && split < count; split++) {
        struct mpu_region first = mpu_region_cover(windows, split);
        struct mpu_region second = mpu_region_cover(windows + split, count - split);
        uint64_t bytes = mpu_region_bytes(&first) + mpu_region_bytes(&second);
        if (bytes < least) {
            least = bytes;
            regions[0] = first;
            regions[1] = second;
            used = 2;
        }
    }
    return used;
}
