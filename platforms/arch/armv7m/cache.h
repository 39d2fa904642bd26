/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The caches of level 1 that a Cortex-M7 or a core of Armv8-M may have (Armv7-M ARM, B2.2 and
 * B4.8; Armv8-M ARM, D1.2). The geometry is pure; cache.c has what touches the core.
 */
#ifndef ARMV7M_CACHE_H
#define ARMV7M_CACHE_H

#include <stdint.h>

struct cache_geometry {
    uint32_t sets;
    uint32_t ways;
    uint32_t line_log2; /* of the bytes of a line */
};

/* The geometry that CCSIDR tells. */
struct cache_geometry cache_geometry(uint32_t ccsidr);

/* The operand of an operation by set and way, as DCISW takes it, of level 1 (B2.2.7). `set` and
 * `way` are below the geometry's. */
uint32_t cache_set_way(const struct cache_geometry *cache, uint32_t set, uint32_t way);

#endif
