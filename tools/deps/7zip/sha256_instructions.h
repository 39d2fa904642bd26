/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * SHA-256's rounds (FIPS 180-4, section 6.2.2) by the CPU's own instructions: the function that
 * 7-Zip declares in its Sha256.c only. Who finds that the CPU has SHA256_FEATURES makes
 * SHA256_INSTRUCTIONS the `v.vars.func_UpdateBlocks` of a CSha256 that Sha256_Init prepared.
 */
#ifndef SHA256_INSTRUCTIONS_H
#define SHA256_INSTRUCTIONS_H

#include <Sha256.h>

/* Words of the architecture's arch.yaml; both NULL: there is no such function. */
#if defined(__x86_64__)
#define SHA256_FEATURES "sha ssse3"
#elif defined(__aarch64__)
#define SHA256_FEATURES "sha2"
#else
#define SHA256_FEATURES     NULL
#define SHA256_INSTRUCTIONS NULL
#endif

#ifndef SHA256_INSTRUCTIONS
#define SHA256_INSTRUCTIONS Sha256_UpdateBlocks_HW
void Sha256_UpdateBlocks_HW(UInt32 state[8], const Byte *data, size_t count);
#endif

#endif
