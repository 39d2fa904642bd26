/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A watchdog for machines that have none: the physical timer of core 0 (Arm ARM DDI 0487, D11),
 * which the kernel does not use, as a fast interrupt (FIQ). The kernel masks IRQ only, so that it
 * comes through a loop with interrupts masked and a handler that does not return, and ends in a
 * report, then in a reset. It needs an interrupt controller of which we see group 0.
 */
#ifndef ARM_TIMER_WATCHDOG_H
#define ARM_TIMER_WATCHDOG_H

#include <arm_timer_watchdog_config.h>
#include <kernel/device.h>

struct arm_timer_watchdog_state {
    uint64_t timeout; /* ticks */
};

extern const struct driver arm_timer_watchdog_driver;

#endif
