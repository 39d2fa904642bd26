/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Entropy words: the part that is the same for all drivers of class "entropy" whose source gives
 * words of 64 bits and may have none ready, as the instructions of CPUs. The driver's way to ask
 * for one is handed to the function here, which is inline, so that no call goes through a pointer.
 */
#ifndef KERNEL_ENTROPY_WORDS_H
#define KERNEL_ENTROPY_WORDS_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Draws one word, asking up to `attempts` times. */
static inline __attribute__((always_inline)) bool entropy_word(bool (*draw)(uint64_t *word),
                                                               unsigned attempts, uint64_t *word)
{
    for (unsigned i = 0; i < attempts; i++)
        if (draw(word))
            return true;
    return false;
}

/* Fills `bytes` with words that `draw` gives; true is a word, false that none was ready. ERR_DEVICE
 * if for one word none is ready `attempts` times, or a word is the same as the one before it: so
 * does a source that is stuck though it says that all is well, and of others one in 2^64. The first
 * is only there to be compared with (FIPS 140-2, 4.9.2). Task context. */
static inline __attribute__((always_inline)) enum status
entropy_words(bool (*draw)(uint64_t *word), unsigned attempts, void *bytes, size_t size)
{
    uint8_t *to = bytes;
    uint64_t last, word;
    if (!entropy_word(draw, attempts, &last))
        return ERR_DEVICE;
    for (size_t at = 0; at < size; at += sizeof(word)) {
        if (!entropy_word(draw, attempts, &word) || word == last)
            return ERR_DEVICE;
        memcpy(to + at, &word, size - at < sizeof(word) ? size - at : sizeof(word));
        last = word;
    }
    return OK;
}

#endif
