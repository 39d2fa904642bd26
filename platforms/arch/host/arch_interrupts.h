/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Masking, as functions (interrupts.c): a mask in software is more than one instruction.
 */
#ifndef ARCH_INTERRUPTS_H
#define ARCH_INTERRUPTS_H

#include <stdbool.h>

bool arch_interrupts_disable(void);
void arch_interrupts_restore(bool enabled);
bool arch_in_interrupt(void);

#endif
