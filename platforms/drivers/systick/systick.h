/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "timer": SysTick, the timer of every Cortex-M (Armv7-M ARM, DDI 0403E, B3.3), running at
 * the processor's clock. start.S starts it with the image's first instruction. It reaches 2^24
 * clocks far, so that it interrupts at least that often (each 0.67 s at 25 MHz), which keeps its
 * extension to 64 bits right; interrupts must not be masked for as long as that.
 */
#ifndef SYSTICK_H
#define SYSTICK_H

#include <kernel/device.h>
#include <platforms/drivers/systick/down_counter.h>
#include <systick_config.h>

struct systick_state {
    struct down_counter counter;
    uint32_t restart_clocks; /* what a restart takes uncounted */
};

extern const struct driver systick_driver;

#endif
