/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU is and has, from CPUID (SDM 2, CPUID), and what of its vector state start.S enabled.
 */
#include "x86_64.h"

#include <cpu_features.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/format.h>
#include <kernel/panic.h>
#include <kernel/profile.h>
#include <string.h>

enum {
    LEAF_FEATURES = 1,
    LEAF_CACHES = 4,
    LEAF_STRUCTURED = 7,
    LEAF_STATE = 0xd,
    LEAF_AMD_CACHES = 0x8000001d,
    LEAF_EXTENDED = 0x80000001,
    FIRST_BRAND_LEAF = 0x80000002,

    FEATURE_OSXSAVE = 1 << 27, /* c of LEAF_FEATURES: XSAVE, and start.S turned it on */

    STATE_SSE = 1 << 0 | 1 << 1, /* x87, SSE: always */
    STATE_AVX = 1 << 2,
    STATE_AVX512 = 7 << 5, /* masks, upper halves, upper registers: all or none */
    STATE_AMX = 3 << 17,   /* 8 KB that every interrupt would have to save: left off */
    FXSAVE_SIZE = 512,
};

#define EXTENDED_BIT UINT32_C(0x80000000)

enum source {
    FEATURES_C,
    FEATURES_D,
    STRUCTURED_B,
    STRUCTURED_C,
    STRUCTURED_D,
    EXTENDED_C,
    SOURCES
};

/* Each is there where its bit is set and the vector state that it needs is enabled. */
static const struct {
    enum cpu_feature feature;
    enum source where;
    uint8_t bit;
    uint32_t state;
} rules[] = {
    {CPU_FEATURE_SSE2, FEATURES_D, 26, 0},
    {CPU_FEATURE_SSE3, FEATURES_C, 0, 0},
    {CPU_FEATURE_SSSE3, FEATURES_C, 9, 0},
    {CPU_FEATURE_SSE4_1, FEATURES_C, 19, 0},
    {CPU_FEATURE_SSE4_2, FEATURES_C, 20, 0},
    {CPU_FEATURE_POPCNT, FEATURES_C, 23, 0},
    {CPU_FEATURE_PCLMULQDQ, FEATURES_C, 1, 0},
    {CPU_FEATURE_AES, FEATURES_C, 25, 0},
    {CPU_FEATURE_SHA, STRUCTURED_B, 29, 0},
    {CPU_FEATURE_RDRAND, FEATURES_C, 30, 0},
    {CPU_FEATURE_RDSEED, STRUCTURED_B, 18, 0},
    {CPU_FEATURE_BMI1, STRUCTURED_B, 3, 0},
    {CPU_FEATURE_BMI2, STRUCTURED_B, 8, 0},
    {CPU_FEATURE_AVX, FEATURES_C, 28, STATE_AVX},
    {CPU_FEATURE_F16C, FEATURES_C, 29, STATE_AVX},
    {CPU_FEATURE_FMA, FEATURES_C, 12, STATE_AVX},
    {CPU_FEATURE_AVX2, STRUCTURED_B, 5, STATE_AVX},
    {CPU_FEATURE_VAES, STRUCTURED_C, 9, STATE_AVX},
    {CPU_FEATURE_AVX512F, STRUCTURED_B, 16, STATE_AVX512},
    {CPU_FEATURE_AVX512BW, STRUCTURED_B, 30, STATE_AVX512},
    {CPU_FEATURE_AVX512VL, STRUCTURED_B, 31, STATE_AVX512},
    {CPU_FEATURE_AVX512_VNNI, STRUCTURED_C, 11, STATE_AVX512},
    {CPU_FEATURE_AMX_TILE, STRUCTURED_D, 24, STATE_AMX},
    {CPU_FEATURE_AMX_INT8, STRUCTURED_D, 25, STATE_AMX},
    {CPU_FEATURE_AMX_BF16, STRUCTURED_D, 22, STATE_AMX},
};

#define BIT(number) (UINT32_C(1) << (number))

/* What a level of the architecture (System V ABI, 3.1.1) has beyond the one before. */
static const struct {
    const char *name;
    uint32_t bits[SOURCES];
    uint32_t state;
} levels[] = {
    {"x86-64", {0}, 0},
    {"x86-64-v2",
     {[FEATURES_C] = BIT(0) | BIT(9) | BIT(13) | BIT(19) | BIT(20) | BIT(23),
      [EXTENDED_C] = BIT(0)},
     0},
    {"x86-64-v3",
     {[FEATURES_C] = BIT(12) | BIT(22) | FEATURE_OSXSAVE | BIT(28) | BIT(29),
      [STRUCTURED_B] = BIT(3) | BIT(5) | BIT(8),
      [EXTENDED_C] = BIT(5)},
     STATE_AVX},
    {"x86-64-v4", {[STRUCTURED_B] = BIT(16) | BIT(17) | BIT(28) | BIT(30) | BIT(31)}, STATE_AVX512},
};

enum { LEVELS = sizeof levels / sizeof *levels };

enum { RULES = sizeof rules / sizeof *rules };

/* What the compiler was told that the CPU has, and uses without asking. */
static const enum cpu_feature compiled_for[] = {
#ifdef __AVX2__
    CPU_FEATURE_AVX2,
#endif
#ifdef __FMA__
    CPU_FEATURE_FMA,
#endif
#ifdef __BMI2__
    CPU_FEATURE_BMI2,
#endif
#ifdef __SSE4_2__
    CPU_FEATURE_SSE4_2,
#endif
#ifdef __POPCNT__
    CPU_FEATURE_POPCNT,
#endif
    CPU_FEATURE_SSE2,
};

bool x86_64_has_xsave;
uint64_t x86_64_state_size = FXSAVE_SIZE;

static char cpu_name[49];

struct cpuid x86_64_cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid result;

    __asm__ volatile("cpuid"
                     : "=a"(result.a), "=b"(result.b), "=c"(result.c), "=d"(result.d)
                     : "a"(leaf & EXTENDED_BIT), "c"(0));
    if (leaf > result.a)
        return (struct cpuid){0};
    __asm__ volatile("cpuid"
                     : "=a"(result.a), "=b"(result.b), "=c"(result.c), "=d"(result.d)
                     : "a"(leaf), "c"(subleaf));
    return result;
}

/* The brand string without the blanks around it, or else the vendor and the model's numbers. */
static void find_name(void)
{
    char text[sizeof cpu_name] = {0};
    const struct cpuid vendor = x86_64_cpuid(0, 0);

    for (uint32_t i = 0; i < 3; i++) {
        const struct cpuid part = x86_64_cpuid(FIRST_BRAND_LEAF + i, 0);
        memcpy(text + sizeof part * i, &part, sizeof part);
    }
    const char *start = text + strspn(text, " ");
    size_t length = strlen(start);
    while (length > 0 && start[length - 1] == ' ')
        length--;
    if (length > 0)
        format_text(cpu_name, sizeof cpu_name, "%.*s", (int)length, start);
    else
        format_text(cpu_name, sizeof cpu_name, "%.4s%.4s%.4s 0x%x", (const char *)&vendor.b,
                    (const char *)&vendor.d, (const char *)&vendor.c,
                    (unsigned)x86_64_cpuid(LEAF_FEATURES, 0).a);
}

/* Which vector state is enabled (XCR0), and so how interrupts save it. */
static uint32_t find_vector_state(void)
{
    uint32_t low, high;

    if (!(x86_64_cpuid(LEAF_FEATURES, 0).c & FEATURE_OSXSAVE))
        return STATE_SSE;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    x86_64_state_size = x86_64_cpuid(LEAF_STATE, 0).b;
    x86_64_has_xsave = true;
    return low;
}

static bool has_level(size_t level, const uint32_t registers[SOURCES], uint32_t state)
{
    for (size_t i = 0; i < SOURCES; i++)
        if ((registers[i] & levels[level].bits[i]) != levels[level].bits[i])
            return false;
    return (state & levels[level].state) == levels[level].state;
}

static void find_features(uint32_t state)
{
    const struct cpuid base = x86_64_cpuid(LEAF_FEATURES, 0);
    const struct cpuid structured = x86_64_cpuid(LEAF_STRUCTURED, 0);
    const uint32_t registers[SOURCES] = {
        [FEATURES_C] = base.c,         [FEATURES_D] = base.d,
        [STRUCTURED_B] = structured.b, [STRUCTURED_C] = structured.c,
        [STRUCTURED_D] = structured.d, [EXTENDED_C] = x86_64_cpuid(LEAF_EXTENDED, 0).c,
    };

    for (size_t i = 0; i < RULES; i++) {
        if ((registers[rules[i].where] >> rules[i].bit & 1) &&
            (state & rules[i].state) == rules[i].state)
            profile.features |= UINT64_C(1) << rules[i].feature;
    }
    for (size_t i = 0; i < LEVELS && has_level(i, registers, state); i++)
        profile.version = levels[i].name;
    profile.vector_bits = state & STATE_AVX512 ? 512 : state & STATE_AVX ? 256 : 128;
}

/* Intel's leaf, or AMD's of the same layout. */
static void find_caches(void)
{
    static const enum cache_kind kinds[] = {
        [1] = CACHE_DATA, [2] = CACHE_INSTRUCTION, [3] = CACHE_UNIFIED};
    uint32_t leaf = x86_64_cpuid(LEAF_CACHES, 0).a & 31 ? LEAF_CACHES : LEAF_AMD_CACHES;

    for (uint32_t i = 0; profile.cache_count < CPU_CACHES; i++) {
        const struct cpuid cache = x86_64_cpuid(leaf, i);
        unsigned type = cache.a & 31;
        if (type == 0 || type >= sizeof kinds / sizeof *kinds)
            return;
        uint32_t line = (cache.b & 0xfff) + 1;
        uint32_t partitions = (cache.b >> 12 & 0x3ff) + 1;
        uint32_t ways = (cache.b >> 22) + 1;
        profile.caches[profile.cache_count++] = (struct cpu_cache){
            .size = line * partitions * ways * (cache.c + 1),
            .line = (uint16_t)line,
            .level = (uint8_t)(cache.a >> 5 & 7),
            .kind = kinds[type],
        };
    }
}

void features_init(void)
{
    find_name();
    find_features(find_vector_state());
    find_caches();
    for (size_t i = 0; i < sizeof compiled_for / sizeof *compiled_for; i++) {
        if (!profile_has(compiled_for[i]))
            panic("the image is compiled for a CPU with %s; this is a %s without",
                  board.cpu_feature_names[compiled_for[i]], cpu_name);
    }
}

const char *arch_cpu_name(void)
{
    return cpu_name;
}
