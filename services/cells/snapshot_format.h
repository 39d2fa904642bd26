/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The two directions of a snapshot's format (snapshot.h): a body goes in and a blob comes out, a
 * blob goes in and a body comes out. Private to the service.
 */
#ifndef CELLS_SNAPSHOT_FORMAT_H
#define CELLS_SNAPSHOT_FORMAT_H

#include <services/cells/snapshot.h>

/* A body being packed. */
struct packer {
    struct cells *cells;
    struct blob *blob;
    uint8_t *block; /* SNAPSHOT_BLOCK bytes, then room for it compressed, then LZ4's table */
    size_t block_size;
    size_t filled;
    uint32_t body_size;
};

/* Begins a blob, with room for its header. ERR_LIMIT, ERR_NO_MEMORY. */
enum status packer_begin(struct packer *packer, struct cells *cells);

/* Adds to the body: a wasm_write. */
enum status packer_write(void *packer, const void *bytes, size_t size);

/* Ends it: the header is filled in, the hash added and put into `info`. */
enum status packer_end(struct packer *packer, struct snapshot_info *info);

/* Frees what it worked with; the blob, too, unless it was taken out. */
void packer_fini(struct packer *packer);

/* The body of a verified snapshot, a block of the node's memory of info->body_size bytes. */
enum status snapshot_unpack(struct cells *cells, const uint8_t *bytes, size_t size,
                            const struct snapshot_info *info, uint8_t **body);

#endif
