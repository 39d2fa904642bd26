/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cache.h.
 */
#include <platforms/arch/armv7m/cache.h>

struct cache_geometry cache_geometry(uint32_t ccsidr)
{
    return (struct cache_geometry){.sets = (ccsidr >> 13 & 0x7fff) + 1,
                                   .ways = (ccsidr >> 3 & 0x3ff) + 1,
                                   .line_log2 = (ccsidr & 7) + 4};
}

uint32_t cache_set_way(const struct cache_geometry *cache, uint32_t set, uint32_t way)
{
    /* The way stands in the topmost bits, as many as the greatest way needs. */
    uint32_t operand = set << cache->line_log2;
    if (cache->ways > 1)
        operand |= way << __builtin_clz(cache->ways - 1);
    return operand;
}
