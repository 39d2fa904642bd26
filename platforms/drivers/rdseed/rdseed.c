/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See rdseed.h, and Intel's DRNG Software Implementation Guide 2.1. RDSEED's words are fresh, but
 * come slowly, so that others can use them up: then, and where there are none, RDRAND's are taken,
 * which a generator draws from the same source.
 */
#include "rdseed.h"

#include <cpu_features.h>
#include <kernel/entropy.h>
#include <kernel/entropy_words.h>
#include <kernel/profile.h>

static enum status rdseed_init(const struct device *device)
{
    (void)device;
    return OK;
}

static bool draw_seed(const struct device *device, uint64_t *word)
{
    bool is_ready;
    (void)device;
    __asm__ volatile("rdseed %0" : "=r"(*word), "=@ccc"(is_ready));
    if (!is_ready)
        __builtin_ia32_pause();
    return is_ready;
}

static bool draw_random(const struct device *device, uint64_t *word)
{
    bool is_ready;
    (void)device;
    __asm__ volatile("rdrand %0" : "=r"(*word), "=@ccc"(is_ready));
    return is_ready;
}

static const struct entropy_source seeds = {
    .draw = draw_seed, .word_size = 8, .attempts = 100, /* with a pause between (5.3.1) */
};
static const struct entropy_source randoms = {
    .draw = draw_random,
    .word_size = 8,
    .attempts = 10, /* more only fail where the CPU is broken (5.2.1) */
};

static enum status rdseed_read(const struct device *device, void *bytes, size_t size)
{
    enum status status = ERR_NOT_FOUND;
    if (profile_has(CPU_FEATURE_RDSEED))
        status = entropy_words(seeds, device, bytes, size);
    if (status && profile_has(CPU_FEATURE_RDRAND))
        status = entropy_words(randoms, device, bytes, size);
    return status;
}

static const struct entropy_operations operations = {.read = rdseed_read};

const struct driver rdseed_driver = {
    .name = "rdseed",
    .class = "entropy",
    .init = rdseed_init,
    .operations = &operations,
};
