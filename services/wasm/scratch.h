/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A growing array from the caller's allocator, for the stacks of the validator and the translator.
 */
#ifndef SERVICES_WASM_SCRATCH_H
#define SERVICES_WASM_SCRATCH_H

#include <services/wasm/wasm.h>

/* All zero but for `allocator` is an empty array. */
struct scratch {
    const struct wasm_allocator *allocator;
    void *entries;
    uint32_t capacity;
};

/* Makes room for `count` entries of `size` bytes (always the same size); false without memory. */
static inline bool scratch_reserve(struct scratch *scratch, uint32_t count, size_t size)
{
    uint32_t capacity = scratch->capacity;
    void *entries;

    if (count <= capacity)
        return true;
    capacity = capacity ? capacity : 32;
    while (capacity < count)
        capacity *= 2;
    if (capacity > SIZE_MAX / size)
        return false;
    entries = scratch->allocator->resize(scratch->allocator->context, scratch->entries,
                                         scratch->capacity * size, capacity * size);
    if (!entries)
        return false;
    scratch->entries = entries;
    scratch->capacity = capacity;
    return true;
}

static inline void scratch_release(struct scratch *scratch, size_t size)
{
    if (scratch->entries)
        scratch->allocator->resize(scratch->allocator->context, scratch->entries,
                                   scratch->capacity * size, 0);
    scratch->entries = NULL;
    scratch->capacity = 0;
}

#endif
