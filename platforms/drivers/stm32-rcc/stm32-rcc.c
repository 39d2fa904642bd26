/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-rcc.h. The order of the writes is the manual's: voltage and wait states for the faster
 * clock before it is taken (RM0090, 3.5.1, 5.1.3), PLLCFGR while the PLL is off (7.3.2), the buses'
 * dividers before the switch, so that no bus is ever too fast.
 */
#include "stm32-rcc.h"
#include "clock_tree.h"

#include <kernel/clocks.h>
#include <kernel/log.h>
#include <kernel/register.h>

enum {
    RCC_CR = 0x00,
    RCC_PLLCFGR = 0x04,
    RCC_CFGR = 0x08,
    RCC_RESET = 0x10,  /* AHB1RSTR, the first of six */
    RCC_ENABLE = 0x30, /* AHB1ENR, the first of six; 3 is reserved */
    FLASH_ACR = 0x00,
    PWR_CR = 0x00,
};

#define CR_HSEON      (1u << 16)
#define CR_HSERDY     (1u << 17)
#define CR_PLLON      (1u << 24)
#define CR_PLLRDY     (1u << 25)
#define PLLCFGR_HSE   (1u << 22)
#define CFGR_SW_PLL   (2u << 0)
#define CFGR_SW       (3u << 0)
#define CFGR_SWS_PLL  (2u << 2)
#define CFGR_SWS      (3u << 2)
#define CFGR_DIVIDERS (0xfcf0u) /* HPRE, PPRE1, PPRE2 */
#define ACR_LATENCY   (7u << 0)
#define ACR_CACHES    (7u << 8) /* prefetch, instruction and data cache */
#define PWR_CR_VOS    (1u << 14)

enum {
    GATE_POWER = 4 * 32 + 28, /* APB1ENR.PWREN */
    GATES = 6 * 32,
    GATE_APB1 = 4 * 32,
    GATE_APB2 = 5 * 32,
    POLLS = 20 * STM32_INTERNAL_CLOCK / 1000 / 10, /* 20 ms of ten clocks each */
};

static void set_bits(const struct register_window *window, size_t offset, uint32_t bits)
{
    register_write32(window, offset, register_read32(window, offset) | bits);
}

/* Whether the bits under `mask` become `value` in time. */
static bool becomes(const struct register_window *window, size_t offset, uint32_t mask,
                    uint32_t value)
{
    for (unsigned i = 0; i < POLLS; i++)
        if ((register_read32(window, offset) & mask) == value)
            return true;
    return false;
}

/* The field of CFGR for a divider 1, 2, 4, 8 or 16 (7.3.3, PPRE1). */
static uint32_t divider_field(unsigned divider)
{
    return divider == 1 ? 0 : 3 + (uint32_t)__builtin_ctz(divider);
}

static enum status start(const struct stm32_rcc_config *config, const struct stm32_clocks *clocks)
{
    const struct register_window *rcc = &config->registers;
    set_bits(rcc, RCC_ENABLE + GATE_POWER / 32 * 4, 1u << GATE_POWER % 32);
    set_bits(&config->power, PWR_CR, PWR_CR_VOS);
    set_bits(rcc, RCC_CR, CR_HSEON);
    if (!becomes(rcc, RCC_CR, CR_HSERDY, CR_HSERDY))
        return ERR_TIMEOUT;

    register_write32(&config->flash, FLASH_ACR, ACR_CACHES | clocks->wait_states);
    if (!becomes(&config->flash, FLASH_ACR, ACR_LATENCY, clocks->wait_states))
        return ERR_TIMEOUT;
    register_write32(rcc, RCC_PLLCFGR,
                     (uint32_t)config->pll_q << 24 | PLLCFGR_HSE | (config->pll_p / 2u - 1) << 16 |
                         (uint32_t)config->pll_n << 6 | config->pll_m);
    set_bits(rcc, RCC_CR, CR_PLLON);
    uint32_t cfgr = register_read32(rcc, RCC_CFGR) & ~(CFGR_DIVIDERS | CFGR_SW);
    cfgr |= divider_field(config->apb2_divider) << 13 | divider_field(config->apb1_divider) << 10;
    register_write32(rcc, RCC_CFGR, cfgr);
    if (!becomes(rcc, RCC_CR, CR_PLLRDY, CR_PLLRDY))
        return ERR_TIMEOUT;
    register_write32(rcc, RCC_CFGR, cfgr | CFGR_SW_PLL);
    return becomes(rcc, RCC_CFGR, CFGR_SWS, CFGR_SWS_PLL) ? OK : ERR_TIMEOUT;
}

/* Without the PLL the devices still work, at the internal clock's pace: not an error. */
static enum status stm32_rcc_init(const struct device *device)
{
    const struct stm32_rcc_config *config = device->config;
    struct stm32_rcc_state *state = device->state;
    struct stm32_clocks clocks;
    enum status status = stm32_clock_tree(config, &clocks);
    if (status)
        return status;
    state->fast = start(config, &clocks) == OK;
    if (!state->fast)
        log_warning(device->name, "crystal or PLL does not start, left at the internal 16 MHz");
    return OK;
}

/* Behind a gate that is open already, a boot loader has been at work: only then is there something
 * to reset. A write to the enable register takes two clocks to hold: reading it back waits (RM0090,
 * 7.2.12). */
static enum status enable(const struct device *device, unsigned gate)
{
    const struct stm32_rcc_config *config = device->config;
    const struct register_window *rcc = &config->registers;
    size_t offset = gate / 32 * 4;
    uint32_t bit = 1u << gate % 32;
    if (gate >= GATES)
        return ERR_INVALID;
    if (register_read32(rcc, RCC_ENABLE + offset) & bit) {
        set_bits(rcc, RCC_RESET + offset, bit);
        register_write32(rcc, RCC_RESET + offset, register_read32(rcc, RCC_RESET + offset) & ~bit);
    }
    set_bits(rcc, RCC_ENABLE + offset, bit);
    (void)register_read32(rcc, RCC_ENABLE + offset);
    return OK;
}

static uint32_t rate(const struct device *device, unsigned gate)
{
    const struct stm32_rcc_config *config = device->config;
    const struct stm32_rcc_state *state = device->state;
    struct stm32_clocks clocks;
    if (!state->fast || stm32_clock_tree(config, &clocks))
        return STM32_INTERNAL_CLOCK;
    return gate >= GATE_APB2 ? clocks.apb2 : gate >= GATE_APB1 ? clocks.apb1 : clocks.processor;
}

static const struct clocks_operations operations = {.enable = enable, .rate = rate};

const struct driver stm32_rcc_driver = {
    .name = "stm32-rcc",
    .class = "clocks",
    .init = stm32_rcc_init,
    .operations = &operations,
};
