/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Where the architecture's start code enters the kernel.
 */
#ifndef KERNEL_BOOT_H
#define KERNEL_BOOT_H

#include <stdnoreturn.h>

/* Brings up devices, starts the board's services and schedules for ever. Entered once, on the boot
 * stack, with interrupts masked, memory protection on, .data copied and .bss zero. */
noreturn void kernel_main(void);

#endif
