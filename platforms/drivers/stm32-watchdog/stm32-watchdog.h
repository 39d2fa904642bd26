/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The independent watchdog of STM32F4 (RM0090, 21): counts down on an oscillator of its own, which
 * no two chips have alike, and resets the chip. It interrupts nobody before, and once started it
 * stops only with a reset.
 */
#ifndef STM32_WATCHDOG_H
#define STM32_WATCHDOG_H

#include <kernel/device.h>
#include <stm32_watchdog_config.h>

extern const struct driver stm32_watchdog_driver;

#endif
