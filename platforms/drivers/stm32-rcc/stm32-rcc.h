/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "clocks": reset and clock control of the STM32F405 and its relatives (ST, RM0090, 7).
 * Starts the crystal and the PLL, then runs the processor from it. Where the crystal or the PLL
 * does not start within 20 ms (QEMU has neither), init fails and everything stays at the internal
 * 16 MHz.
 *
 * Gate 32 n + b is bit b of the n-th enable register, from RCC_AHB1ENR on.
 */
#ifndef STM32_RCC_H
#define STM32_RCC_H

#include <kernel/device.h>
#include <stm32_rcc_config.h>

struct stm32_rcc_state {
    bool fast; /* the processor runs from the PLL */
};

extern const struct driver stm32_rcc_driver;

#endif
