/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the CPU is and has, from its own identification registers (Arm ARM DDI 0487, D19.2). The
 * ones of SVE and SME are undefined names to an older assembler, but every Armv8 CPU reads them as
 * 0 where it lacks them.
 */
#include "aarch64.h"

#include <cpu_features.h>
#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/format.h>
#include <kernel/panic.h>
#include <kernel/profile.h>

static const struct {
    uint8_t implementer;
    uint16_t part;
    const char *name;
} parts[] = {
    {0x00, 0x051, "QEMU max"},    {0x41, 0xd03, "Cortex-A53"},  {0x41, 0xd04, "Cortex-A35"},
    {0x41, 0xd05, "Cortex-A55"},  {0x41, 0xd07, "Cortex-A57"},  {0x41, 0xd08, "Cortex-A72"},
    {0x41, 0xd09, "Cortex-A73"},  {0x41, 0xd0a, "Cortex-A75"},  {0x41, 0xd0b, "Cortex-A76"},
    {0x41, 0xd0c, "Neoverse-N1"}, {0x41, 0xd40, "Neoverse-V1"}, {0x41, 0xd41, "Cortex-A78"},
    {0x41, 0xd47, "Cortex-A710"}, {0x41, 0xd49, "Neoverse-N2"}, {0x41, 0xd4f, "Neoverse-V2"},
    {0x46, 0x001, "A64FX"},
};

enum identification { PFR0, PFR1, ISAR0, ISAR1, ISAR2, MMFR0, MMFR2, ZFR0, IDENTIFICATIONS };

/* Each is there where its field has at least `least`, but for those that 15 means the absence of.
 */
static const struct {
    enum cpu_feature feature;
    enum identification where;
    uint8_t shift;
    uint8_t least;
} rules[] = {
    {CPU_FEATURE_FP, PFR0, 16, 0},       {CPU_FEATURE_NEON, PFR0, 20, 0},
    {CPU_FEATURE_FP16, PFR0, 20, 1},     {CPU_FEATURE_CRC, ISAR0, 16, 1},
    {CPU_FEATURE_ATOMICS, ISAR0, 20, 2}, {CPU_FEATURE_DOTPROD, ISAR0, 44, 1},
    {CPU_FEATURE_AES, ISAR0, 4, 1},      {CPU_FEATURE_PMULL, ISAR0, 4, 2},
    {CPU_FEATURE_SHA1, ISAR0, 8, 1},     {CPU_FEATURE_SHA2, ISAR0, 12, 1},
    {CPU_FEATURE_SHA512, ISAR0, 12, 2},  {CPU_FEATURE_SHA3, ISAR0, 32, 1},
    {CPU_FEATURE_SM4, ISAR0, 40, 1},     {CPU_FEATURE_RNG, ISAR0, 60, 1},
    {CPU_FEATURE_BF16, ISAR1, 44, 1},    {CPU_FEATURE_I8MM, ISAR1, 52, 1},
    {CPU_FEATURE_SVE, PFR0, 32, 1},      {CPU_FEATURE_SVE2, ZFR0, 0, 1},
    {CPU_FEATURE_SME, PFR1, 24, 1},      {CPU_FEATURE_BTI, PFR1, 0, 1},
    {CPU_FEATURE_MTE, PFR1, 8, 2},
};

/* What each version of Armv8-A after the first cannot be without (A2.2), by a field that the one
 * before need not have. */
static const struct {
    enum identification where;
    uint8_t shift;
    uint8_t least;
} versions[] = {
    {ISAR0, 20, 2}, /* 8.1: FEAT_LSE */
    {ISAR1, 0, 1},  /* 8.2: FEAT_DPB */
    {ISAR1, 12, 1}, /* 8.3: FEAT_JSCVT */
    {MMFR2, 32, 1}, /* 8.4: FEAT_LSE2 */
    {ISAR0, 52, 2}, /* 8.5: FEAT_FlagM2 */
    {MMFR0, 60, 1}, /* 8.6: FEAT_ECV */
    {ISAR2, 0, 2},  /* 8.7: FEAT_WFxT */
    {ISAR2, 16, 1}, /* 8.8: FEAT_MOPS */
};

enum { VERSIONS = sizeof versions / sizeof *versions, NINE_AFTER = 5 };

enum { RULES = sizeof rules / sizeof *rules, FIELD_ABSENT = 15, NEON_BITS = 128 };

/* What the compiler was told that the CPU has, and uses without asking. */
static const enum cpu_feature compiled_for[] = {
#ifdef __ARM_FEATURE_ATOMICS
    CPU_FEATURE_ATOMICS,
#endif
#ifdef __ARM_FEATURE_CRC32
    CPU_FEATURE_CRC,
#endif
    CPU_FEATURE_FP,
    CPU_FEATURE_NEON,
};

bool aarch64_has_sve;
bool aarch64_has_sme;

static char cpu_name[64];
static char version[12];

static unsigned field_of(uint64_t id, unsigned shift)
{
    return (unsigned)(id >> shift) & 15;
}

/* Armv9.n is Armv8.(n + 5) with SVE2. */
static void find_version(const uint64_t registers[IDENTIFICATIONS])
{
    unsigned minor = 0;

    while (minor < VERSIONS && field_of(registers[versions[minor].where], versions[minor].shift) >=
                                   versions[minor].least)
        minor++;
    bool nine = minor >= NINE_AFTER && profile_has(CPU_FEATURE_SVE2);
    format_text(version, sizeof version, "Armv%u.%u-A", nine ? 9 : 8,
                nine ? minor - NINE_AFTER : minor);
    profile.version = version;
}

static void find_features(void)
{
    const uint64_t registers[IDENTIFICATIONS] = {
        [PFR0] = READ_SYSTEM_REGISTER(id_aa64pfr0_el1),
        [PFR1] = READ_SYSTEM_REGISTER(id_aa64pfr1_el1),
        [ISAR0] = READ_SYSTEM_REGISTER(id_aa64isar0_el1),
        [ISAR1] = READ_SYSTEM_REGISTER(id_aa64isar1_el1),
        [ISAR2] = READ_SYSTEM_REGISTER(S3_0_C0_C6_2), /* ID_AA64ISAR2_EL1 */
        [MMFR0] = READ_SYSTEM_REGISTER(id_aa64mmfr0_el1),
        [MMFR2] = READ_SYSTEM_REGISTER(id_aa64mmfr2_el1),
        [ZFR0] = READ_SYSTEM_REGISTER(S3_0_C0_C4_4), /* ID_AA64ZFR0_EL1 */
    };

    for (size_t i = 0; i < RULES; i++) {
        unsigned field = field_of(registers[rules[i].where], rules[i].shift);
        if (field >= rules[i].least && field != FIELD_ABSENT)
            profile.features |= UINT64_C(1) << rules[i].feature;
    }
    find_version(registers);
}

/* The cores of this CPU's cluster, where it can tell: Cortex-A53, A57 and A72 by L2CTLR_EL1 of
 * their manuals, others if there is but one. */
static void find_cores(void)
{
    enum { ARM = 0x41, CORTEX_A53 = 0xd03, CORTEX_A57 = 0xd07, CORTEX_A72 = 0xd08 };
    uint64_t midr = READ_SYSTEM_REGISTER(midr_el1);
    unsigned part = (unsigned)(midr >> 4) & 0xfff;

    if (midr >> 24 == ARM && (part == CORTEX_A53 || part == CORTEX_A57 || part == CORTEX_A72))
        profile.cores = (unsigned)(READ_SYSTEM_REGISTER(S3_1_C11_C0_2) >> 24 & 3) + 1;
    else if (READ_SYSTEM_REGISTER(mpidr_el1) >> 30 & 1) /* U: a uniprocessor */
        profile.cores = 1;
}

static unsigned vector_bits(void)
{
    uint64_t bytes;

    if (!aarch64_has_sve)
        return profile_has(CPU_FEATURE_NEON) ? NEON_BITS : 0;
    __asm__(".arch_extension sve\n\trdvl %0, #1" : "=r"(bytes));
    return (unsigned)bytes * 8;
}

/* Adds the cache that CSSELR_EL1 `selector` (level - 1, instruction) shows. `wide` is FEAT_CCIDX.
 */
static void add_cache(unsigned selector, enum cache_kind kind, bool wide)
{
    if (profile.cache_count == CPU_CACHES)
        return;
    WRITE_SYSTEM_REGISTER(csselr_el1, selector);
    instruction_barrier();
    uint64_t id = READ_SYSTEM_REGISTER(ccsidr_el1);
    unsigned line = 1u << ((id & 7) + 4);
    uint64_t ways = (id >> 3 & (wide ? 0x1fffff : 0x3ff)) + 1;
    uint64_t sets = (wide ? id >> 32 & 0xffffff : id >> 13 & 0x7fff) + 1;
    profile.caches[profile.cache_count++] = (struct cpu_cache){
        .size = (uint32_t)(line * ways * sets),
        .line = (uint16_t)line,
        .level = (uint8_t)(selector / 2 + 1),
        .kind = kind,
    };
}

static void find_caches(void)
{
    uint64_t levels = READ_SYSTEM_REGISTER(clidr_el1);
    bool wide = READ_SYSTEM_REGISTER(id_aa64mmfr2_el1) >> 20 & 15;

    for (unsigned level = 0; level < 7; level++) {
        unsigned type = (unsigned)(levels >> 3 * level) & 7; /* Ctype */
        if (type == 0)
            break;
        if (type == 4)
            add_cache(level * 2, CACHE_UNIFIED, wide);
        if (type == 2 || type == 3)
            add_cache(level * 2, CACHE_DATA, wide);
        if (type == 1 || type == 3)
            add_cache(level * 2 + 1, CACHE_INSTRUCTION, wide);
    }
}

static const char *part_name(unsigned implementer, unsigned part)
{
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i].implementer == implementer && parts[i].part == part)
            return parts[i].name;
    }
    return NULL;
}

static void find_name(unsigned level)
{
    uint64_t midr = READ_SYSTEM_REGISTER(midr_el1);
    unsigned implementer = (unsigned)(midr >> 24) & 0xff;
    unsigned part = (unsigned)(midr >> 4) & 0xfff;
    unsigned variant = (unsigned)(midr >> 20) & 15;
    unsigned revision = (unsigned)midr & 15;
    const char *name = part_name(implementer, part);

    if (name)
        format_text(cpu_name, sizeof cpu_name, "%s r%up%u, entered at EL%u", name, variant,
                    revision, level);
    else
        format_text(cpu_name, sizeof cpu_name, "implementer 0x%x part 0x%x r%up%u, entered at EL%u",
                    implementer, part, variant, revision, level);
}

noreturn void aarch64_blocks_streaming(void)
{
    panic("the task blocks in streaming mode or with ZA on");
}

void features_init(unsigned level)
{
    find_name(level);
    find_features();
    aarch64_has_sve = profile_has(CPU_FEATURE_SVE);
    aarch64_has_sme = profile_has(CPU_FEATURE_SME);
    profile.vector_bits = vector_bits();
    find_cores();
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
