/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Memory protection: nothing but the image's code is executable, nothing but RAM and devices can be
 * written, the first 256 bytes and the guards of the interrupt stack and of the running stack
 * cannot be reached. The default map is off (PRIVDEFENA 0): what no region covers is a fault.
 *
 * The null page holds the vector table on boards with flash at 0. It may be out of reach all the
 * same: fetching a vector always uses the default map (Armv7-M ARM, DDI 0403E, B3.5.1). HFNMIENA is
 * 0, so that HardFault can report whatever the MPU holds.
 *
 * There are two MPUs, of which mpu_v7.c and mpu_v8.c each know one; a core has one or the other.
 */
#ifndef ARMV7M_MPU_H
#define ARMV7M_MPU_H

#include <arch_context.h>
#include <stdint.h>

/* Sets in `context` what context.S is to put in force with a stack whose guard is at `base`. */
void mpu_guard_set(struct arch_context *context, uintptr_t base);

#endif
