/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See rndr.h. RNDRRS is a generator's next word after it was seeded anew from its source (Arm ARM
 * DDI 0487, FEAT_RNG); reading it sets the flag Z if none was ready.
 */
#include "rndr.h"

#include <cpu_features.h>
#include <kernel/entropy.h>
#include <kernel/entropy_words.h>
#include <kernel/profile.h>

static enum status rndr_init(const struct device *device)
{
    (void)device;
    return OK;
}

static bool draw(const struct device *device, uint64_t *word)
{
    bool is_none;
    (void)device;
    __asm__ volatile("mrs %0, S3_3_C2_C4_1" : "=r"(*word), "=@cceq"(is_none)); /* RNDRRS */
    return !is_none;
}

static const struct entropy_source source = {.draw = draw, .word_size = 8, .attempts = 100};

static enum status rndr_read(const struct device *device, void *bytes, size_t size)
{
    return profile_has(CPU_FEATURE_RNG) ? entropy_words(source, device, bytes, size)
                                        : ERR_NOT_FOUND;
}

static const struct entropy_operations operations = {.read = rndr_read};

const struct driver rndr_driver = {
    .name = "rndr",
    .class = "entropy",
    .init = rndr_init,
    .operations = &operations,
};
