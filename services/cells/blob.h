/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Blobs: bytes that come or go in pieces, modules and snapshots. An upload is told its size at its
 * beginning and is whole once all of it was written, in order; a snapshot that was taken grows.
 */
#ifndef CELLS_BLOB_H
#define CELLS_BLOB_H

#include <services/cells/cell.h>

enum {
    BLOBS_MAX = 16, /* of a node at a time */
    BLOB_REST = 60  /* seconds without a call, after which one gives way: who had it is gone */
};

struct blob {
    struct blob *next;
    uint32_t handle; /* not 0 */
    enum cells_content content;
    uint8_t hash[32]; /* that the uploader announced */
    uint8_t *bytes;   /* a block of the node's memory; NULL: given to a module */
    size_t room;      /* bytes of the block */
    size_t size;      /* that it has, or is to have */
    size_t written;
    uint64_t used; /* ns, when it was found last */
};

/* An empty blob that is to have `size` bytes; 0: it grows. Blobs at rest give way where there is no
 * room. ERR_LIMIT: there are BLOBS_MAX; ERR_NO_MEMORY. */
enum status blob_create(struct cells *cells, enum cells_content content, size_t size,
                        struct blob **blob);

/* Writes the next piece, or again what was written last. ERR_INVALID: it leaves a gap or goes
 * beyond the end. */
enum status blob_write(struct blob *blob, size_t offset, const void *bytes, size_t size);

/* Adds to one that grows. ERR_NO_MEMORY, ERR_LIMIT. */
enum status blob_append(struct cells *cells, struct blob *blob, const void *bytes, size_t size);

/* Whether all of it is there. */
bool blob_is_whole(const struct blob *blob);

/* For a call that uses it; NULL: there is none. */
struct blob *blob_find(struct cells *cells, uint32_t handle);

void blob_destroy(struct cells *cells, struct blob *blob);
void blobs_end(struct cells *cells);

#endif
