/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the core has, from its identification registers (Armv7-M ARM, B4.2 and B4.8; Armv8-M ARM,
 * D1.2).
 */
#include <cpu_features.h>
#include <kernel/arch.h>
#include <kernel/profile.h>
#include <platforms/arch/armv7m/armv7m.h>
#include <platforms/arch/armv7m/cache.h>

#define CLIDR  (*(const volatile uint32_t *)0xe000ed78)
#define CCSIDR (*(const volatile uint32_t *)0xe000ed80)
#define CSSELR (*(volatile uint32_t *)0xe000ed84)

enum { MVE_BITS = 128 };

static uint32_t field(uint32_t id, unsigned shift)
{
    return id >> shift & 0xf;
}

/* Adds the cache of level 1 that `selector`, a value of CSSELR, shows. */
static void add_cache(uint32_t selector, enum cache_kind kind)
{
    CSSELR = selector;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
    struct cache_geometry cache = cache_geometry(CCSIDR);
    profile.caches[profile.cache_count++] =
        (struct cpu_cache){.size = cache.sets * cache.ways << cache.line_log2,
                           .line = (uint16_t)(1u << cache.line_log2),
                           .level = 1,
                           .kind = kind};
}

static void find_caches(void)
{
    uint32_t type = CLIDR & 7;
    if (type & 2)
        add_cache(0, CACHE_DATA);
    if (type & 1)
        add_cache(1, CACHE_INSTRUCTION);
    if (type == 4)
        add_cache(0, CACHE_UNIFIED);
}

/* Every Cortex-M4 has the DSP extension, also QEMU's, whose ID_ISAR3 is that of a Cortex-M3. */
static bool has_dsp(void)
{
    enum { PART_CORTEX_M4 = 0xc24 };
    return field(ID_ISAR3, 4) == 3 || ((SCB_CPUID >> 4) & 0xfff) == PART_CORTEX_M4;
}

/* PMSAv8 came with Armv8-M, loop instructions with Armv8.1-M. */
static const char *version(void)
{
    enum { PMSA_8 = 4, BRANCH_LOOPS = 3 };
    if (field(ID_MMFR0, 4) == PMSA_8)
        return field(ID_ISAR0, 12) == BRANCH_LOOPS ? "Armv8.1-M" : "Armv8-M";
    return has_dsp() ? "Armv7E-M" : "Armv7-M";
}

void profile_init(void)
{
    bool mve = field(FPU_MVFR1, 8) != 0;
    profile.version = version();
    profile.cores = 1;
    profile.features = (uint64_t)has_dsp() << CPU_FEATURE_DSP |
                       (uint64_t)(field(FPU_MVFR0, 4) != 0) << CPU_FEATURE_FPU |
                       (uint64_t)(field(FPU_MVFR0, 8) != 0) << CPU_FEATURE_FPU_DOUBLE |
                       (uint64_t)mve << CPU_FEATURE_MVE |
                       (uint64_t)(field(FPU_MVFR1, 8) == 2) << CPU_FEATURE_MVE_FLOAT;
    profile.vector_bits = mve ? MVE_BITS : 0;
    find_caches();
}
