/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Snapshots: a cell at a safepoint, as bytes that any node reads. Version 2, all numbers little
 * endian:
 *
 *   "RVSN", u16 version, u16 flags (1: delta), u32 sequence, u32 size of the body, id (16 bytes),
 *     DNA (32), delta: SHA-256 of the snapshot that it is upon, else zero (32)
 *   the body in blocks of 8 KiB, the last one shorter, each: u16 size, and as many bytes of an LZ4
 *     block, or the block itself where the size is the block's
 *   SHA-256 of all of that (32)
 *
 *   body: u16 size and CBOR of the request (cells.create) that would make such a cell
 *     u8 stage, u8 flags (1: called, 2: a host call is pending, 4: suspended), u32 the function
 *       index of that call
 *     u64 the cell's time, u64 fuel used, u32 restarts, u8 results of exec and their types (8)
 *     u8 messages in its mailbox, each: sender (16), u8 priority, u16 size, as many bytes
 *     the engine's state (services/wasm/state.h), without zero blocks of 4 KiB; of a delta, with
 *     only those blocks that have changed
 *
 * What is not as it must be is refused before anything has changed.
 */
#ifndef CELLS_SNAPSHOT_H
#define CELLS_SNAPSHOT_H

#include <services/cells/blob.h>
#include <services/cells/dna.h>

enum {
    SNAPSHOT_VERSION = 2,
    SNAPSHOT_DELTA = 1,
    SNAPSHOT_HEADER = 96,
    SNAPSHOT_HASH = 32,
    SNAPSHOT_BLOCK = 8192,
};

/* What a snapshot says of itself, once it was verified. */
struct snapshot_info {
    bool delta;
    uint32_t sequence; /* of this cell's snapshots, from 1 */
    uint32_t body_size;
    struct cell_id id;
    uint8_t dna[DNA_HASH];
    uint8_t base[SNAPSHOT_HASH]; /* of a delta */
    uint8_t hash[SNAPSHOT_HASH]; /* of itself */
};

/* Takes a snapshot of a cell that has an instance, whole, or what has changed since the last one.
 * The blob is the caller's. ERR_BUSY: it has no instance; ERR_NOT_FOUND: a delta upon none;
 * ERR_UNSUPPORTED: it waits in an import that it exports, or has references from elsewhere;
 * ERR_LIMIT, ERR_NO_MEMORY. */
enum status snapshot_take(struct cell *cell, bool delta, struct blob **blob);

/* Checks all but the body's content. ERR_CORRUPT; ERR_UNSUPPORTED: another version. */
enum status snapshot_verify(const uint8_t *bytes, size_t size, struct snapshot_info *info);

/* What whoever restores a snapshot gives its cell, whatever that had where it comes from. */
struct snapshot_terms {
    const char *space;  /* the namespace, whose quota it counts on */
    const char *grants; /* words */
};

/* Makes a cell of a whole snapshot, in `state`: SUSPENDED or MIGRATING. A host call that was
 * pending ends with its import's `migrated`. ERR_CORRUPT; ERR_UNSUPPORTED: another version, or the
 * policy asks for, or a grant names, what the node has not; ERR_NOT_FOUND: the DNA is not here;
 * ERR_BUSY: the cell is, unless it had moved away: it comes back then; or another has its name;
 * ERR_INVALID: it is a delta, or no such namespace or policy can be; ERR_DENIED: an import that is
 * not here or not granted; ERR_LIMIT, ERR_NO_MEMORY: there is no room, in the namespace or at all.
 */
enum status snapshot_restore(struct cells *cells, const uint8_t *bytes, size_t size,
                             const struct snapshot_terms *terms, enum cells_state state,
                             struct cell **cell);

/* Brings the cell that a delta is of up to it, its namespace and grants stay: the cell is what it
 * was restored or updated to last, and has not run since. Another struct cell takes its place, and
 * on its namespace it counts instead of it; where that fails, the one that was there stays.
 * Errors as above; ERR_NOT_FOUND: no such cell; ERR_BUSY: it is not at the delta's base, or runs.
 */
enum status snapshot_update(struct cells *cells, const uint8_t *bytes, size_t size,
                            struct cell **cell);

/* What a delta of this cell would be upon; freed with it. */
struct snapshot_base;
void snapshot_base_free(struct cell *cell);

#endif
