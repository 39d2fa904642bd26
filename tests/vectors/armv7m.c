/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The vector registers of Cortex-M: the FPU's, which are also Helium's.
 */
#include "vectors.h"

#include <cpu_features.h>
#include <kernel/profile.h>

#define REGISTERS                                                                                  \
    "memory", "cc", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",      \
        "s12", "s13", "s14", "s15", "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", \
        "s25", "s26", "s27", "s28", "s29", "s30", "s31"

static bool has_fpu(void)
{
    return profile_has(CPU_FEATURE_FPU);
}

static size_t fpu_size(void)
{
    return 32 * 4;
}

static void fpu_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                    uint32_t until)
{
    uint32_t seen;
    __asm__ volatile("vldmia %[put], {s0-s31}\n\t"
                     "1: ldr %[seen], [%[count]]\n\tsubs %[seen], %[seen], %[until]\n\tbmi 1b\n\t"
                     "vstmia %[got], {s0-s31}"
                     : [seen] "=&r"(seen)
                     : [put] "r"(put), [got] "r"(got), [count] "r"(count), [until] "r"(until)
                     : REGISTERS);
}

const struct hold holds[] = {{"FPU", has_fpu, fpu_size, fpu_run}};
const size_t hold_count = sizeof(holds) / sizeof(holds[0]);

void hold_spoil(void)
{
    static const uint32_t zeros[32];
    __asm__ volatile("vldmia %0, {s0-s31}" : : "r"(zeros) : REGISTERS);
}

void hold_spoil_all(void)
{
    hold_spoil();
}
