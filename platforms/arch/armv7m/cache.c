/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Turns the caches on. What they hold after power-on is undefined, so each is invalidated first;
 * one that runs already is left alone, as it may hold what memory does not yet. The MPU is on by
 * now: it says what is cached.
 */
#include <platforms/arch/armv7m/cache.h>

#include <kernel/arch.h>
#include <kernel/register.h>
#include <platforms/arch/armv7m/armv7m.h>

/* The System Control Space, by offsets: a test puts an array in its place. */
static const struct register_window scs = {.base = 0xe000e000, .size = 0x1000};

enum {
    CCR = 0xd14,
    CLIDR = 0xd78,
    CCSIDR = 0xd80,
    CSSELR = 0xd84,
    ICIALLU = 0xf50, /* invalidates all instructions */
    DCISW = 0xf60,   /* invalidates data by set and way */
    DCCMVAC = 0xf68, /* cleans data by address */
};

#define CCR_DC (1u << 16)
#define CCR_IC (1u << 17)

#define CLIDR_INSTRUCTIONS (1u << 0)
#define CLIDR_DATA         (1u << 1)
#define CLIDR_UNIFIED      (1u << 2)

enum { LINE = 32 }; /* bytes; the shortest that a data cache has */

static void enable(uint32_t cache)
{
    armv7m_synchronise();
    register_write32(&scs, CCR, register_read32(&scs, CCR) | cache);
    armv7m_synchronise();
}

static void invalidate_data(void)
{
    register_write32(&scs, CSSELR, 0); /* data or unified, level 1 */
    armv7m_synchronise();
    struct cache_geometry cache = cache_geometry(register_read32(&scs, CCSIDR));
    for (uint32_t set = 0; set < cache.sets; set++)
        for (uint32_t way = 0; way < cache.ways; way++)
            register_write32(&scs, DCISW, cache_set_way(&cache, set, way));
}

void cache_init(void)
{
    uint32_t level = register_read32(&scs, CLIDR) & 7;
    uint32_t enabled = register_read32(&scs, CCR);
    if ((level & CLIDR_INSTRUCTIONS) && !(enabled & CCR_IC)) {
        armv7m_synchronise();
        register_write32(&scs, ICIALLU, 0);
        enable(CCR_IC);
    }
    if ((level & (CLIDR_DATA | CLIDR_UNIFIED)) && !(enabled & CCR_DC)) {
        invalidate_data();
        enable(CCR_DC);
    }
}

void arch_memory_settle(const void *start, size_t size)
{
    const uintptr_t end = (uintptr_t)start + size;
    if (!(register_read32(&scs, CCR) & CCR_DC))
        return;
    for (uintptr_t at = (uintptr_t)start & ~(uintptr_t)(LINE - 1); at < end; at += LINE)
        register_write32(&scs, DCCMVAC, (uint32_t)at);
    armv7m_synchronise();
}
