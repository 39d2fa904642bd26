/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Entropy words: the part that is the same for all drivers of class "entropy" whose source gives
 * words and may have none ready. The driver's way to ask for one is handed to the function here,
 * which is inline, so that no call goes through a pointer.
 */
#ifndef KERNEL_ENTROPY_WORDS_H
#define KERNEL_ENTROPY_WORDS_H

#include <kernel/device.h>
#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct entropy_source {
    /* Asks `device` for a word. True: *word is one; false: none was ready. Task context. */
    bool (*draw)(const struct device *device, uint64_t *word);
    unsigned word_size; /* bytes, 4 or 8: the low ones are used */
    unsigned attempts;  /* to get one word */
};

static inline __attribute__((always_inline)) bool
entropy_word(struct entropy_source source, const struct device *device, uint64_t *word)
{
    for (unsigned i = 0; i < source.attempts; i++)
        if (source.draw(device, word))
            return true;
    return false;
}

/* Fills `bytes` with words of the source. ERR_DEVICE if one of them is not ready in all attempts,
 * or is the same as the one before it: so does a source that is stuck though it says that all is
 * well, and of others one in 2^32 or 2^64. The first is only there to be compared with (FIPS 140-2,
 * 4.9.2). `source` is a constant of the caller's. Task context. */
static inline __attribute__((always_inline)) enum status
entropy_words(struct entropy_source source, const struct device *device, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    uint64_t last, word;
    if (!entropy_word(source, device, &last))
        return ERR_DEVICE;
    for (size_t at = 0; at < size; at += source.word_size) {
        if (!entropy_word(source, device, &word) || word == last)
            return ERR_DEVICE;
        memcpy(to + at, &word, size - at < source.word_size ? size - at : source.word_size);
        last = word;
    }
    return OK;
}

#endif
