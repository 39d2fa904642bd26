/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU has that the process runs on, as its compiler's run-time library and the C library
 * know it.
 */
#include <kernel/arch.h>
#include <kernel/profile.h>
#include <unistd.h>

static struct cpu_profile profile;

#if defined(__x86_64__)
static struct cpu_feature features[] = {
    {.name = "sse4.2"}, {.name = "popcnt"}, {.name = "avx"},     {.name = "avx2"},
    {.name = "fma"},    {.name = "aes"},    {.name = "avx512f"}, {.name = "avx512vnni"},
};

static void find_features(void)
{
    __builtin_cpu_init();
    features[0].present = __builtin_cpu_supports("sse4.2");
    features[1].present = __builtin_cpu_supports("popcnt");
    features[2].present = __builtin_cpu_supports("avx");
    features[3].present = __builtin_cpu_supports("avx2");
    features[4].present = __builtin_cpu_supports("fma");
    features[5].present = __builtin_cpu_supports("aes");
    features[6].present = __builtin_cpu_supports("avx512f");
    features[7].present = __builtin_cpu_supports("avx512vnni");
    profile.features = features;
    profile.feature_count = sizeof(features) / sizeof(features[0]);
    profile.vector_bits = features[6].present ? 512 : features[2].present ? 256 : 128;
}
#else
static void find_features(void)
{
}
#endif

/* Adds a cache if the C library knows its size. */
static void add_cache(int size_name, int line_name, uint8_t level, enum cache_kind kind)
{
    long size = sysconf(size_name);
    long line = sysconf(line_name);
    if (size > 0 && size <= UINT32_MAX)
        profile.caches[profile.cache_count++] = (struct cpu_cache){
            .size = (uint32_t)size, .line = (uint16_t)line, .level = level, .kind = kind};
}

__attribute__((constructor)) static void profile_init(void)
{
    find_features();
    add_cache(_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL1_DCACHE_LINESIZE, 1, CACHE_DATA);
    add_cache(_SC_LEVEL1_ICACHE_SIZE, _SC_LEVEL1_ICACHE_LINESIZE, 1, CACHE_INSTRUCTION);
    add_cache(_SC_LEVEL2_CACHE_SIZE, _SC_LEVEL2_CACHE_LINESIZE, 2, CACHE_UNIFIED);
    add_cache(_SC_LEVEL3_CACHE_SIZE, _SC_LEVEL3_CACHE_LINESIZE, 3, CACHE_UNIFIED);
}

const struct cpu_profile *arch_cpu_profile(void)
{
    return &profile;
}
