/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A PC's timer: time by the time stamp counter (SDM 3, 17.17), deadlines by the local APIC's timer
 * (SDM 3, 11.5.4), in TSC-deadline mode where the CPU has it and otherwise one-shot.
 */
#ifndef LAPIC_TIMER_H
#define LAPIC_TIMER_H

#include <kernel/device.h>
#include <kernel/tick_scale.h>
#include <lapic_timer_config.h>
#include <stdbool.h>

struct lapic_timer_state {
    struct tick_scale scale;       /* the time stamp counter's */
    struct tick_scale timer_scale; /* the timer's; unused with TSC deadlines */
    bool has_deadline;             /* the CPU compares with the time stamp counter itself */
};

extern const struct driver lapic_timer_driver;

#endif
