/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The vector registers of x86-64: SSE's, and AVX's, whose lower halves they are.
 */
#include "vectors.h"

#include <cpu_features.h>
#include <kernel/profile.h>

#define EACH_16 "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15"
#define SPIN    "77: movl (%[count]), %%eax\n\tsubl %[until], %%eax\n\tjs 77b\n\t"
#define REGISTERS                                                                                  \
    "memory", "cc", "rax", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", \
        "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"
#define OPERANDS                                                                                   \
    : : [put] "r"(put), [got] "r"(got), [count] "r"(count), [until] "r"(until) : REGISTERS

static bool has_sse(void)
{
    return true; /* every x86-64 CPU has it */
}

static size_t sse_size(void)
{
    return 16 * 16;
}

static void sse_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                    uint32_t until)
{
    __asm__ volatile(".irp n," EACH_16 "\n\tmovdqu 16*\\n(%[put]), %%xmm\\n\n\t.endr\n\t" SPIN
                     ".irp n," EACH_16 "\n\tmovdqu %%xmm\\n, 16*\\n(%[got])\n\t.endr" OPERANDS);
}

static bool has_avx(void)
{
    return profile_has(CPU_FEATURE_AVX);
}

static size_t avx_size(void)
{
    return 16 * 32;
}

static void avx_run(const uint8_t *put, uint8_t *got, const volatile uint32_t *count,
                    uint32_t until)
{
    __asm__ volatile(".irp n," EACH_16 "\n\tvmovdqu 32*\\n(%[put]), %%ymm\\n\n\t.endr\n\t" SPIN
                     ".irp n," EACH_16 "\n\tvmovdqu %%ymm\\n, 32*\\n(%[got])\n\t.endr\n\t"
                     "vzeroupper" OPERANDS);
}

const struct hold holds[] = {
    {"SSE", has_sse, sse_size, sse_run},
    {"AVX", has_avx, avx_size, avx_run},
};
const size_t hold_count = sizeof(holds) / sizeof(holds[0]);

void hold_spoil(void)
{
    if (has_avx())
        __asm__ volatile("vzeroall" : : : REGISTERS);
    else
        __asm__ volatile(".irp n," EACH_16 "\n\txorps %%xmm\\n, %%xmm\\n\n\t.endr" : : : REGISTERS);
}

void hold_spoil_all(void)
{
    hold_spoil();
}
