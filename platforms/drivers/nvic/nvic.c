/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The controller's vectors carry the number, so handle() reads it from the core.
 */
#include <platforms/drivers/nvic/nvic.h>

#include <kernel/interrupt.h>
#include <platforms/arch/armv7m/armv7m.h>

#define NVIC_ISER(word)     SCS_REGISTER(0xe000e100 + 4 * (word)) /* set enable */
#define NVIC_ICER(word)     SCS_REGISTER(0xe000e180 + 4 * (word)) /* clear enable */
#define NVIC_IPR(interrupt) (*(volatile uint8_t *)(uintptr_t)(0xe000e400 + (interrupt)))

enum { PRIORITY = 0x80 }; /* the middle; its one bit exists in every implementation */

/* How many priority bits there are: those that do not exist read as 0. */
static unsigned implemented_priority_bits(void)
{
    uint8_t before = NVIC_IPR(0);
    NVIC_IPR(0) = 0xff;
    uint8_t mask = NVIC_IPR(0);
    NVIC_IPR(0) = before;
    return (unsigned)__builtin_popcount(mask);
}

/* ERR_DEVICE if the core has fewer lines or priority bits than the board file says. QEMU has more
 * of the latter than most chips. */
static enum status init(const struct device *device)
{
    const struct nvic_config *config = device->config;
    uint32_t lines = ((SCB_ICTR & 0xf) + 1) * 32;
    if (config->lines > lines || config->priority_bits > implemented_priority_bits())
        return ERR_DEVICE;
    for (uint32_t i = 0; i < config->lines; i++) {
        NVIC_ICER(i / 32) = 1u << i % 32;
        NVIC_IPR(i) = PRIORITY;
    }
    /* SysTick, and PendSV, which comes after any of them. */
    SCB_SHPR3 = (SCB_SHPR3 & 0x0000ffff) | (uint32_t)PRIORITY << 24 | (uint32_t)PRIORITY << 16;
    return OK;
}

static enum status enable(const struct device *device, unsigned number,
                          enum interrupt_trigger trigger)
{
    const struct nvic_config *config = device->config;
    (void)trigger;
    if (number >= config->lines)
        return ERR_INVALID;
    NVIC_ISER(number / 32) = 1u << number % 32;
    return OK;
}

static void disable(const struct device *device, unsigned number)
{
    const struct nvic_config *config = device->config;
    if (number >= config->lines)
        return;
    NVIC_ICER(number / 32) = 1u << number % 32;
    armv7m_synchronise();
}

static void handle(const struct device *device)
{
    (void)device;
    interrupt_dispatch(armv7m_exception() - EXCEPTION_EXTERNAL);
}

static const struct interrupt_controller_operations operations = {
    .enable = enable,
    .disable = disable,
    .handle = handle,
};

const struct driver nvic_driver = {
    .name = "nvic",
    .class = "interrupt-controller",
    .init = init,
    .operations = &operations,
};
