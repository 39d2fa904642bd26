/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU has that the process runs on, as its compiler's run-time library and the C library
 * know it.
 */
#include <cpu_features.h>
#include <kernel/arch.h>
#include <kernel/profile.h>
#include <unistd.h>

#if defined(__x86_64__)
static const char *version(void)
{
    return __builtin_cpu_supports("x86-64-v4")   ? "x86-64-v4"
           : __builtin_cpu_supports("x86-64-v3") ? "x86-64-v3"
           : __builtin_cpu_supports("x86-64-v2") ? "x86-64-v2"
                                                 : "x86-64";
}

static void find_features(void)
{
    __builtin_cpu_init();
    profile.version = version();
    profile.features = (uint64_t) !!__builtin_cpu_supports("ssse3") << CPU_FEATURE_SSSE3 |
                       (uint64_t) !!__builtin_cpu_supports("sse4.2") << CPU_FEATURE_SSE4_2 |
                       (uint64_t) !!__builtin_cpu_supports("popcnt") << CPU_FEATURE_POPCNT |
                       (uint64_t) !!__builtin_cpu_supports("avx") << CPU_FEATURE_AVX |
                       (uint64_t) !!__builtin_cpu_supports("avx2") << CPU_FEATURE_AVX2 |
                       (uint64_t) !!__builtin_cpu_supports("fma") << CPU_FEATURE_FMA |
                       (uint64_t) !!__builtin_cpu_supports("aes") << CPU_FEATURE_AES |
                       (uint64_t) !!__builtin_cpu_supports("sha") << CPU_FEATURE_SHA |
                       (uint64_t) !!__builtin_cpu_supports("avx512f") << CPU_FEATURE_AVX512F |
                       (uint64_t) !!__builtin_cpu_supports("avx512vnni") << CPU_FEATURE_AVX512_VNNI;
    profile.vector_bits = profile_has(CPU_FEATURE_AVX512F) ? 512
                          : profile_has(CPU_FEATURE_AVX)   ? 256
                                                           : 128;
}
#else
static void find_features(void)
{
    profile.version = "not known";
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
    profile.cores = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    if (profile.cores < CONFIG_CORES)
        profile.cores = CONFIG_CORES; /* threads, which share what there is */
    profile.memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
    add_cache(_SC_LEVEL1_DCACHE_SIZE, _SC_LEVEL1_DCACHE_LINESIZE, 1, CACHE_DATA);
    add_cache(_SC_LEVEL1_ICACHE_SIZE, _SC_LEVEL1_ICACHE_LINESIZE, 1, CACHE_INSTRUCTION);
    add_cache(_SC_LEVEL2_CACHE_SIZE, _SC_LEVEL2_CACHE_LINESIZE, 2, CACHE_UNIFIED);
    add_cache(_SC_LEVEL3_CACHE_SIZE, _SC_LEVEL3_CACHE_LINESIZE, 3, CACHE_UNIFIED);
}
