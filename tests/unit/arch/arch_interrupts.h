/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The interrupt mask of the tests' kernel, here and on boards: functions, which a test can define.
 */
#include <platforms/arch/host/arch_interrupts.h>
