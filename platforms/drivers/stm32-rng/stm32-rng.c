/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See stm32-rng.h.
 */
#include "stm32-rng.h"

#include <kernel/clocks.h>
#include <kernel/entropy.h>
#include <kernel/entropy_words.h>
#include <kernel/register.h>

enum {
    RNG_CR = 0x00,
    RNG_SR = 0x04,
    RNG_DR = 0x08,

    CR_ENABLE = 1 << 2,
    SR_READY = 1 << 0,
    SR_CLOCK_ERROR = 1 << 1, /* its clock is too slow, now */
    SR_SEED_ERROR = 1 << 2,  /* its noise is none, now */
    SR_SEED_ERRED = 1 << 6,  /* or was; until it is written 0 */
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct stm32_rng_config *)device->config)->registers;
}

static enum status stm32_rng_init(const struct device *device)
{
    const struct stm32_rng_config *config = device->config;
    enum status status = clocks_device(config->clocks)->enable(config->clocks, config->gate);
    if (!status)
        register_write32(&config->registers, RNG_CR, CR_ENABLE);
    return status;
}

/* 24.3.2: after a seed error it is started anew. */
static void start_anew(const struct register_window *window)
{
    register_write32(window, RNG_SR, 0);
    register_write32(window, RNG_CR, 0);
    register_write32(window, RNG_CR, CR_ENABLE);
}

static bool draw(const struct device *device, uint64_t *word)
{
    const struct register_window *window = registers(device);
    uint32_t status = register_read32(window, RNG_SR);
    if (status & (SR_SEED_ERROR | SR_SEED_ERRED))
        start_anew(window);
    if ((status & (SR_READY | SR_CLOCK_ERROR | SR_SEED_ERROR | SR_SEED_ERRED)) != SR_READY)
        return false;
    *word = register_read32(window, RNG_DR);
    return true;
}

static const struct entropy_source source = {
    .draw = draw,
    .word_size = 4,
    .attempts = 10000, /* 40 turns of 48 MHz are 140 of the processor's clock */
};

/* An emulator has no such device, and forgets what is written. */
static enum status stm32_rng_read(const struct device *device, void *bytes, size_t size)
{
    if (!(register_read32(registers(device), RNG_CR) & CR_ENABLE))
        return ERR_NOT_FOUND;
    return entropy_words(source, device, bytes, size);
}

static const struct entropy_operations operations = {.read = stm32_rng_read};

const struct driver stm32_rng_driver = {
    .name = "stm32-rng",
    .class = "entropy",
    .init = stm32_rng_init,
    .operations = &operations,
};
