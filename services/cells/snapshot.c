/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Taking a snapshot (snapshot.h): the record, the engine's state, and what a delta needs to know of
 * the memory as it was. That is 16 bytes a block of 4 KiB, mixed from all of it: two blocks that
 * differ and have the same are not to be expected, and would harm that agent only.
 */
#include <services/cells/snapshot.h>

#include <services/cells/binding.h>
#include <services/cells/checkpoint.h>
#include <services/cells/mailbox.h>
#include <services/cells/record.h>
#include <services/cells/snapshot_format.h>

#include <kernel/clock.h>
#include <string.h>

enum { BLOCK = 4096, BLOCK_WORDS = BLOCK / sizeof(uint64_t) };

struct block_digest {
    uint64_t a, b;
};

struct snapshot_base {
    uint8_t hash[SNAPSHOT_HASH];
    uint32_t count; /* blocks of the memory then */
    struct block_digest digests[];
};

static size_t base_size(uint32_t count)
{
    return sizeof(struct snapshot_base) + count * sizeof(struct block_digest);
}

static void base_free(struct cells *cells, struct snapshot_base *base)
{
    if (base)
        cell_memory_resize(&cells->memory, base, base_size(base->count), 0);
}

void snapshot_base_free(struct cell *cell)
{
    base_free(cell->cells, cell->base);
    cell->base = NULL;
}

static uint64_t rotated(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static struct block_digest digest_of(const uint8_t *block)
{
    struct block_digest digest = {UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xC2B2AE3D27D4EB4F)};
    for (size_t i = 0; i < BLOCK_WORDS; i++) {
        uint64_t word;
        memcpy(&word, block + i * sizeof(word), sizeof(word));
        digest.a = rotated(digest.a ^ word, 29) * UINT64_C(0x9FB21C651E98DF25);
        digest.b = rotated(digest.b + word, 31) * UINT64_C(0xD6E8FEB86659FD93) + i;
    }
    return digest;
}

/* --- what the engine writes --- */

struct taking {
    struct packer packer; /* first: the engine's context is this */
    const struct snapshot_base *base;
    struct snapshot_base *next;
};

static enum status write_state(void *context, const void *bytes, size_t size)
{
    struct taking *taking = context;
    return packer_write(&taking->packer, bytes, size);
}

/* Whether a block is not as in the base, or, beyond it, not zero. */
static bool has_changed(void *context, uint32_t block, const uint8_t *bytes)
{
    const struct taking *taking = context;
    struct block_digest digest = digest_of(bytes);
    taking->next->digests[block] = digest;
    if (block >= taking->base->count)
        return bytes[0] != 0 || memcmp(bytes, bytes + 1, BLOCK - 1) != 0;
    const struct block_digest *before = &taking->base->digests[block];
    return before->a != digest.a || before->b != digest.b;
}

static void digest_all(struct snapshot_base *base, const uint8_t *bytes)
{
    for (uint32_t i = 0; i < base->count; i++)
        base->digests[i] = digest_of(bytes + (size_t)i * BLOCK);
}

/* The bytes of the cell's memory, if it has one. */
static const uint8_t *memory_of(const struct cell *cell, size_t *size)
{
    struct wasm_memory *memory = wasm_instance_memory(cell->instance);
    *size = 0;
    return memory ? wasm_memory_bytes(memory, size) : NULL;
}

static enum status write_body(struct cell *cell, struct taking *taking, bool delta)
{
    size_t size;
    const uint8_t *bytes = memory_of(cell, &size);
    uint32_t count = (uint32_t)(size / BLOCK);
    enum status status = record_write(cell, write_state, taking);
    if (status == OK)
        status = mailbox_write(cell, write_state, taking);
    if (status)
        return status;
    taking->next = cell_memory_resize(&cell->cells->memory, NULL, 0, base_size(count));
    if (!taking->next)
        return ERR_NO_MEMORY;
    taking->next->count = count;
    if (delta)
        return wasm_state_write_some(cell->machine, cell->instance, has_changed, write_state,
                                     taking);
    digest_all(taking->next, bytes);
    return wasm_state_write(cell->machine, cell->instance, write_state, taking);
}

enum status snapshot_take(struct cell *cell, bool delta, struct blob **blob)
{
    struct taking taking = {.base = cell->base};
    struct snapshot_info info = {.delta = delta, .sequence = cell->snapshots + 1, .id = cell->id};
    *blob = NULL;
    if (!cell->instance)
        return ERR_BUSY;
    if (delta && !cell->base)
        return ERR_NOT_FOUND;
    if (delta)
        memcpy(info.base, cell->base->hash, sizeof(info.base));
    memcpy(info.dna, cell->dna->hash, sizeof(info.dna));
    checkpoint_call(cell);
    enum status status = packer_begin(&taking.packer, cell->cells);
    if (status == OK)
        status = write_body(cell, &taking, delta);
    if (status == OK)
        status = packer_end(&taking.packer, &info);
    if (status == OK) {
        memcpy(taking.next->hash, info.hash, sizeof(info.hash));
        base_free(cell->cells, cell->base);
        cell->base = taking.next;
        cell->snapshots = info.sequence;
        cell->snapshot_time = clock_now();
        *blob = taking.packer.blob;
        taking.packer.blob = NULL;
    } else {
        base_free(cell->cells, taking.next);
    }
    packer_fini(&taking.packer);
    return status;
}
