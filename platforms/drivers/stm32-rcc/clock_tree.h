/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The STM32F4's clock tree as arithmetic (RM0090, 7.2, figure 21).
 */
#ifndef STM32_RCC_CLOCK_TREE_H
#define STM32_RCC_CLOCK_TREE_H

#include <kernel/status.h>
#include <stdint.h>
#include <stm32_rcc_config.h>

enum { STM32_INTERNAL_CLOCK = 16000000 }; /* HSI, which runs after reset */

struct stm32_clocks {
    uint32_t processor; /* Hz: SYSCLK, HCLK, the AHB buses */
    uint32_t apb1;
    uint32_t apb2;
    unsigned wait_states; /* of the flash at 2.7 to 3.6 V (RM0090, table 10) */
};

/* What the configuration gives. ERR_INVALID if it is beyond what RM0090 7.3.2 and the data sheet
 * allow: PLL input 0.95 to 2.1 MHz, oscillator 100 to 432 MHz, processor 168, APB1 42, APB2 84, USB
 * 48 MHz at most. */
enum status stm32_clock_tree(const struct stm32_rcc_config *config, struct stm32_clocks *clocks);

#endif
