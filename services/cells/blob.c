/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See blob.h.
 */
#include <services/cells/blob.h>

#include <services/cells/dna.h>

#include <kernel/clock.h>
#include <string.h>

enum { GROWTH_MIN = 1024 };

/* Destroys the blob that has been at rest the longest; false if none is. */
static bool drop_rested(struct cells *cells)
{
    const uint64_t now = clock_now();
    struct blob *oldest = cells->blobs;
    for (struct blob *one = cells->blobs; one; one = one->next)
        if (one->used < oldest->used)
            oldest = one;
    if (!oldest || now - oldest->used < BLOB_REST * NANOSECONDS_PER_SECOND)
        return false;
    blob_destroy(cells, oldest);
    return true;
}

static uint8_t *block(struct cells *cells, uint8_t *bytes, size_t old_size, size_t new_size)
{
    uint8_t *result;
    do {
        result = cell_memory_resize(&cells->memory, bytes, old_size, new_size);
    } while (!result && new_size > 0 && (drop_rested(cells) || dna_make_room(cells)));
    return result;
}

enum status blob_create(struct cells *cells, enum cells_content content, size_t size,
                        struct blob **blob)
{
    unsigned count = 0;
    *blob = NULL;
    for (const struct blob *one = cells->blobs; one; one = one->next)
        count++;
    if (count >= BLOBS_MAX && !drop_rested(cells))
        return ERR_LIMIT;
    struct blob *made = cell_memory_resize(&cells->memory, NULL, 0, sizeof(*made));
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct blob){
        .handle = ++cells->blob_numbers, .content = content, .size = size, .used = clock_now()};
    if (size > 0) {
        made->bytes = block(cells, NULL, 0, size);
        made->room = size;
        if (!made->bytes) {
            cell_memory_resize(&cells->memory, made, sizeof(*made), 0);
            return ERR_NO_MEMORY;
        }
    }
    made->next = cells->blobs;
    cells->blobs = *blob = made;
    return OK;
}

enum status blob_write(struct blob *blob, size_t offset, const void *bytes, size_t size)
{
    if (offset > blob->written || size > blob->size - offset)
        return ERR_INVALID;
    if (size > 0)
        memcpy(blob->bytes + offset, bytes, size);
    if (offset + size > blob->written)
        blob->written = offset + size;
    return OK;
}

enum status blob_append(struct cells *cells, struct blob *blob, const void *bytes, size_t size)
{
    size_t needed = blob->size + size;
    if (needed > UINT32_MAX)
        return ERR_LIMIT;
    if (needed > blob->room) {
        size_t room = blob->room + blob->room / 2 + GROWTH_MIN;
        uint8_t *bigger = block(cells, blob->bytes, blob->room, room > needed ? room : needed);
        if (!bigger)
            return ERR_NO_MEMORY;
        blob->bytes = bigger;
        blob->room = room > needed ? room : needed;
    }
    memcpy(blob->bytes + blob->size, bytes, size);
    blob->size = blob->written = needed;
    return OK;
}

bool blob_is_whole(const struct blob *blob)
{
    return blob->written == blob->size && blob->size > 0;
}

struct blob *blob_find(struct cells *cells, uint32_t handle)
{
    struct blob *blob = cells->blobs;
    while (blob && blob->handle != handle)
        blob = blob->next;
    if (blob)
        blob->used = clock_now();
    return blob;
}

void blob_destroy(struct cells *cells, struct blob *blob)
{
    struct blob **link = &cells->blobs;
    while (*link != blob)
        link = &(*link)->next;
    *link = blob->next;
    if (blob->bytes)
        cell_memory_resize(&cells->memory, blob->bytes, blob->room, 0);
    cell_memory_resize(&cells->memory, blob, sizeof(*blob), 0);
}

void blobs_end(struct cells *cells)
{
    while (cells->blobs)
        blob_destroy(cells, cells->blobs);
}
