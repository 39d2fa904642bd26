/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Power-off through Arm semihosting (Arm IHI 0096), where a debugger or QEMU provides it. It is the
 * one way that can tell a status to whoever started the run.
 */
#ifndef SEMIHOSTING_H
#define SEMIHOSTING_H

#include <kernel/device.h>

extern const struct driver semihosting_driver;

#endif
