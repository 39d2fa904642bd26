/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The architecture's half of Arm semihosting (Arm IHI 0096): the instruction that calls the
 * debugger, made safe where there is none.
 */
#ifndef AARCH64_ARCH_SEMIHOSTING_H
#define AARCH64_ARCH_SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

/* True if a debugger or emulator answers semihosting calls. Boot and task context. */
bool arch_semihosting_probe(void);

/* Makes one call; `parameters` is the operation's block, borrowed for the call. Returns its result,
 * or -1 where nothing answers. Any context where the probe has succeeded. */
intptr_t arch_semihosting_call(uintptr_t operation, const void *parameters);

#endif
