/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See bcm2835-rng.h. Who asks for words that are not made yet sleeps, so that others run meanwhile.
 */
#include "bcm2835-rng.h"

#include <kernel/clock.h>
#include <kernel/entropy.h>
#include <kernel/entropy_words.h>
#include <kernel/register.h>
#include <kernel/task.h>

enum {
    RNG_CTRL = 0x0,
    RNG_STATUS = 0x4,
    RNG_DATA = 0x8,

    CTRL_ENABLE = 1,
    STATUS_WARM_UP = 0x40000, /* how many it leaves out at first */
    STATUS_READY_SHIFT = 24,  /* from here on: how many words there are */
};

#define PAUSE UINT64_C(1000000) /* ns */

static const struct register_window *registers(const struct device *device)
{
    return &((const struct bcm2835_rng_config *)device->config)->registers;
}

/* One that the firmware has started is left as it is: it has its first words behind it. */
static enum status bcm2835_rng_init(const struct device *device)
{
    const struct register_window *window = registers(device);
    if (register_read32(window, RNG_CTRL) & CTRL_ENABLE)
        return OK;
    register_write32(window, RNG_STATUS, STATUS_WARM_UP);
    register_write32(window, RNG_CTRL, CTRL_ENABLE);
    return OK;
}

static bool draw(const struct device *device, uint64_t *word)
{
    const struct register_window *window = registers(device);
    if (!(register_read32(window, RNG_STATUS) >> STATUS_READY_SHIFT)) {
        task_sleep_until(clock_now() + PAUSE);
        return false;
    }
    *word = register_read32(window, RNG_DATA);
    return true;
}

static const struct entropy_source source = {
    .draw = draw,
    .word_size = 4,
    .attempts = 1000, /* the first words take a good part of a second */
};

static enum status bcm2835_rng_read(const struct device *device, void *bytes, size_t size)
{
    return entropy_words(source, device, bytes, size);
}

static const struct entropy_operations operations = {.read = bcm2835_rng_read};

const struct driver bcm2835_rng_driver = {
    .name = "bcm2835-rng",
    .class = "entropy",
    .init = bcm2835_rng_init,
    .operations = &operations,
};
