/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The vector registers of AArch64: NEON's; SVE's with predicates and FFR; SME's, which are SVE's in
 * streaming mode, and ZA.
 */
#include "vectors.h"

#include <cpu_features.h>
#include <kernel/profile.h>

#define EACH_16 "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define EACH_32 EACH_16 ",16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31"
#define SPIN    "77: ldr w9, [%[count]]\n\tsub w9, w9, %w[until]\n\ttbnz w9, #31, 77b\n\t"
#define OPERANDS                                                                                   \
    : : [put] "r"(put), [got] "r"(got), [count] "r"(count), [until] "r"(until)                     \
    : "memory", "cc", "x9", "x10", "x11", "x12", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7",  \
      "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19", "v20",     \
      "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"

/* z0-z31 and behind them p0-p15. */
#define SCALABLE(operation, where)                                                                 \
    "addvl x10, " where ", #16\n\taddvl x10, x10, #16\n\t"                                         \
    ".irp n," EACH_16 "\n\t" operation " p\\n, [x10, #\\n, mul vl]\n\t.endr\n\t"                   \
    ".irp n," EACH_32 "\n\t" operation " z\\n, [" where ", #\\n, mul vl]\n\t.endr\n\t"

static bool has_neon(void)
{
    return profile_has(CPU_FEATURE_NEON);
}

static size_t neon_size(void)
{
    return 32 * 16;
}

static void neon_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                     uint32_t until)
{
    __asm__ volatile(".irp n," EACH_32 "\n\tldr q\\n, [%[put], #16 * \\n]\n\t.endr\n\t" SPIN
                     ".irp n," EACH_32 "\n\tstr q\\n, [%[got], #16 * \\n]\n\t.endr" OPERANDS);
}

static bool has_sve(void)
{
    return profile_has(CPU_FEATURE_SVE);
}

static size_t sve_size(void)
{
    uint64_t bytes;
    __asm__(".arch_extension sve\n\trdvl %0, #1" : "=r"(bytes));
    return bytes * 32 + bytes / 8 * 16;
}

/* FFR holds the first half of the elements meanwhile; if it is lost, so is p15. */
static void sve_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                    uint32_t until)
{
    __asm__ volatile(
        ".arch_extension sve\n\t"
        "rdvl x11, #1\n\tlsr x11, x11, #1\n\twhilelo p0.b, xzr, x11\n\twrffr p0.b\n\t" SCALABLE(
            "ldr", "%[put]")
            SPIN SCALABLE("str",
                          "%[got]") "rdffr p0.b\n\twhilelo p1.b, xzr, x11\n\tptrue p2.b\n\t"
                                    "eors p0.b, p2/z, p0.b, p1.b\n\tb.none 78f\n\t"
                                    "strb wzr, [%[got]]\n\tstrb wzr, [%[got], #1]\n\t78:" OPERANDS);
}

static bool has_sme(void)
{
    return profile_has(CPU_FEATURE_SME);
}

static size_t streaming_length(void)
{
    uint64_t bytes;
    __asm__(".arch_extension sme\n\trdsvl %0, #1" : "=r"(bytes));
    return bytes;
}

static size_t streaming_size(void)
{
    size_t bytes = streaming_length();
    return bytes * 32 + bytes / 8 * 16 + bytes * bytes;
}

/* ZA's rows, behind the predicates. */
#define MATRIX(operation, where)                                                                   \
    "addvl x10, " where ", #16\n\taddvl x10, x10, #16\n\taddpl x10, x10, #16\n\t"                  \
    "rdvl x11, #1\n\tmov w12, #0\n\t"                                                              \
    "79: " operation " za[w12, #0], [x10]\n\tadd x10, x10, x11\n\tadd w12, w12, #1\n\t"            \
    "cmp w12, w11\n\tb.lo 79b\n\t"

static void streaming_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                          uint32_t until)
{
    __asm__ volatile(".arch_extension sme\n\t"
                     "smstart\n\t" MATRIX("ldr", "%[put]") SCALABLE("ldr", "%[put]")
                         SPIN SCALABLE("str", "%[got]") MATRIX("str", "%[got]") "smstop" OPERANDS);
}

const struct hold holds[] = {
    {"NEON", has_neon, neon_size, neon_run},
    {"SVE", has_sve, sve_size, sve_run},
    {"SME", has_sme, streaming_size, streaming_run},
};
const size_t hold_count = sizeof(holds) / sizeof(holds[0]);

void hold_spoil(void)
{
    const uint8_t *put = NULL;
    uint8_t *got = NULL;
    const volatile uint32_t *count = NULL;
    uint32_t until = 0;
    __asm__ volatile(".irp n," EACH_32 "\n\tmovi v\\n\\().16b, #0\n\t.endr" OPERANDS);
}

/* Predicates and ZA too. */
void hold_spoil_all(void)
{
    const uint8_t *put = NULL;
    uint8_t *got = NULL;
    const volatile uint32_t *count = NULL;
    uint32_t until = 0;
    hold_spoil();
    if (has_sve())
        __asm__ volatile(".arch_extension sve\n\tsetffr\n\t"
                         ".irp n," EACH_16 "\n\tpfalse p\\n\\().b\n\t.endr" OPERANDS);
    if (has_sme())
        __asm__ volatile(".arch_extension sme\n\tsmstart\n\tzero {za}\n\tsmstop" OPERANDS);
}
