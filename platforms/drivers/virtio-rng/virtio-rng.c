/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See virtio-rng.h. A word that was taken is not kept; nor is one for which nobody has asked.
 */
#include "virtio-rng.h"

#include <kernel/entropy.h>
#include <kernel/entropy_words.h>

#define PATIENCE UINT64_C(5000000000) /* ns that a read may take: the machine may be busy */

static enum status virtio_rng_init(const struct device *device)
{
    const struct virtio_rng_config *config = device->config;
    struct virtio_rng_state *state = device->state;

    return virtio_init(&state->virtio, device->name, &config->registers, VIRTIO_ENTROPY_DEVICE, 0);
}

static void virtio_rng_interrupt(const struct device *device)
{
    virtio_interrupt(&((struct virtio_rng_state *)device->state)->virtio);
}

/* Asks the device for words, of which it may give fewer than there is room for; false if not one.
 */
static bool fetch(struct virtio_rng_state *state)
{
    uint32_t size = 0; /* bytes that are there */

    while (size < sizeof(state->words[0])) {
        uint32_t room = (uint32_t)sizeof(state->words) - size, written;
        virtio_describe(&state->virtio, 0, (uint8_t *)state->words + size, room,
                        VIRTIO_DESCRIPTOR_WRITE);
        if (virtio_perform(&state->virtio, state->deadline, &written) || !written || written > room)
            return false;
        size += written;
    }
    state->left = size / sizeof(state->words[0]);
    return true;
}

static bool draw(const struct device *device, uint64_t *word)
{
    struct virtio_rng_state *state = device->state;

    if (!state->left && !fetch(state))
        return false;
    uint64_t *taken = &state->words[--state->left];
    *word = *taken;
    *taken = 0;
    return true;
}

static const struct entropy_source source = {.draw = draw, .word_size = 8, .attempts = 1};

static enum status virtio_rng_read(const struct device *device, void *bytes, size_t size)
{
    struct virtio_rng_state *state = device->state;
    uint64_t deadline;

    if (!state->virtio.is_there)
        return ERR_NOT_FOUND;
    enum status status = claim_acquire(&state->claim, PATIENCE, &deadline);
    if (status)
        return status;
    state->deadline = deadline;
    state->left = 0;
    status = entropy_words(source, device, bytes, size);
    memset(state->words, 0, sizeof(state->words));
    claim_release(&state->claim, deadline);
    return status;
}

static const struct entropy_operations operations = {.read = virtio_rng_read};

const struct driver virtio_rng_driver = {
    .name = "virtio-rng",
    .class = "entropy",
    .init = virtio_rng_init,
    .interrupt = virtio_rng_interrupt,
    .operations = &operations,
};
