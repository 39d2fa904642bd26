/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Arm semihosting on Cortex-M (Arm, "Semihosting for AArch32 and AArch64", 3.1): the call is the
 * instruction `bkpt 0xab`. It works only where a debugger or emulator answers it.
 */
#ifndef ARCH_SEMIHOSTING_H
#define ARCH_SEMIHOSTING_H

#include <stdbool.h>
#include <stdint.h>

/* True if a debugger or emulator answers semihosting calls. Boot and task context, interrupts
 * masked or not. */
bool arch_semihosting_probe(void);

/* Calls `operation` with its parameter block (or whatever that operation takes); returns what the
 * host does. A fault where nobody answers: ask arch_semihosting_probe first. Any context. */
static inline intptr_t arch_semihosting_call(uintptr_t operation, const void *argument)
{
    register uintptr_t result __asm__("r0") = operation;
    register const void *block __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(result) : "r"(block) : "memory");
    return (intptr_t)result;
}

#endif
