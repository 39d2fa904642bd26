/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The random number generator of STM32F4 (RM0090, 24): noise of oscillators, of which it makes a
 * word of 32 bits in 40 turns of the PLL's 48 MHz clock, and looks itself whether it is stuck.
 */
#ifndef STM32_RNG_H
#define STM32_RNG_H

#include <kernel/device.h>
#include <stm32_rng_config.h>

extern const struct driver stm32_rng_driver;

#endif
