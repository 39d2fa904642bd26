/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The interrupt mask of the tests' kernel, here and on boards: functions, which a test can define.
 */
#include <stdbool.h>

bool arch_interrupts_disable(void);
void arch_interrupts_restore(bool enabled);
bool arch_in_interrupt(void);
