/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * SHA-256 (FIPS 180-4), by the CPU's own instructions where it has them.
 */
#ifndef CELLS_SHA256_H
#define CELLS_SHA256_H

#include <Sha256.h>

/* Begins a hash, which Sha256_Update and Sha256_Final go on with. Task context. */
void sha256_begin(CSha256 *hash);

#endif
