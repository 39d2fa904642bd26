/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A time that stands where the test puts it, and interrupts that nothing masks, for tests that need
 * no more of the kernel.
 */
#ifndef FAKE_TIME_H
#define FAKE_TIME_H

#include <kernel/arch.h>
#include <kernel/clock.h>

static uint64_t now = 1; /* ns */

uint64_t clock_now(void)
{
    return now;
}

bool arch_interrupts_disable(void)
{
    return true;
}

void arch_interrupts_restore(bool enabled)
{
    (void)enabled;
}

#endif
