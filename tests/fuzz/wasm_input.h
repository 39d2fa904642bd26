/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Inputs of the engine's fuzz targets. One that begins like the real thing is taken as it is; any
 * other is a list of changes to something valid, three bytes each (place, place, value), so that
 * most inputs get past the first checks.
 */
#ifndef TESTS_FUZZ_WASM_INPUT_H
#define TESTS_FUZZ_WASM_INPUT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Returns a copy to be freed, of exactly `size` bytes, so that reading beyond it is found out. */
static inline uint8_t *wasm_input(const uint8_t *data, size_t length, const uint8_t *valid,
                                  size_t valid_size, size_t *size)
{
    bool whole = length >= 4 && memcmp(data, valid, 4) == 0;
    uint8_t *copy;

    *size = whole ? length : valid_size;
    copy = malloc(*size);
    if (!copy)
        abort();
    memcpy(copy, whole ? data : valid, *size);
    for (size_t i = 0; !whole && i + 2 < length; i += 3)
        copy[(data[i] | (size_t)data[i + 1] << 8) % *size] = data[i + 2];
    return copy;
}

#endif
