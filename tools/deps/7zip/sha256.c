/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * 7-Zip's SHA-256 as one file: its portable rounds, and those by the CPU's own instructions where
 * the architecture can have them. Which are taken is not asked here, as 7-Zip's CpuArch.c would:
 * see sha256_instructions.h.
 */
#include "CpuArch.h"

#undef CPU_IsSupported_SHA2
#define CPU_IsSupported_SHA()   False
#define CPU_IsSupported_SSSE3() False
#define CPU_IsSupported_SHA2()  False

#include "Sha256.c"
#include "Sha256Opt.c"
