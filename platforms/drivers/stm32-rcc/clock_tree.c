/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See clock_tree.h.
 */
#include "clock_tree.h"

#define MHZ UINT64_C(1000000)

enum status stm32_clock_tree(const struct stm32_rcc_config *config, struct stm32_clocks *clocks)
{
    uint64_t input = config->crystal / config->pll_m;
    uint64_t oscillator = (uint64_t)config->crystal * config->pll_n / config->pll_m;
    if (config->pll_p % 2 != 0)
        return ERR_INVALID;
    uint64_t processor = oscillator / config->pll_p;
    uint64_t apb1 = processor / config->apb1_divider;
    uint64_t apb2 = processor / config->apb2_divider;
    if (input < 950000 || input > 2100000 || oscillator < 100 * MHZ || oscillator > 432 * MHZ ||
        oscillator / config->pll_q > 48 * MHZ || processor > 168 * MHZ || apb1 > 42 * MHZ ||
        apb2 > 84 * MHZ)
        return ERR_INVALID;
    *clocks = (struct stm32_clocks){
        .processor = (uint32_t)processor,
        .apb1 = (uint32_t)apb1,
        .apb2 = (uint32_t)apb2,
        .wait_states = (unsigned)((processor - 1) / (30 * MHZ)),
    };
    return OK;
}
