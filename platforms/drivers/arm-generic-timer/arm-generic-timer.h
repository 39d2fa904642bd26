/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The Arm generic timer (Arm ARM DDI 0487, D11): this core's virtual timer, one-shot.
 */
#ifndef ARM_GENERIC_TIMER_H
#define ARM_GENERIC_TIMER_H

#include <arm_generic_timer_config.h>
#include <kernel/device.h>
#include <kernel/tick_scale.h>

struct arm_generic_timer_state {
    struct tick_scale scale;
};

extern const struct driver arm_generic_timer_driver;

#endif
