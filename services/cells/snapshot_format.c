/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See snapshot_format.h.
 */
#include <services/cells/snapshot_format.h>

#include <lz4.h>
#include <string.h>

_Static_assert(SNAPSHOT_BLOCK <= UINT16_MAX, "a block's size is a u16");

enum {
    COMPRESSED_ROOM = LZ4_COMPRESSBOUND(SNAPSHOT_BLOCK),
    RATIO_MAX = 256, /* LZ4 packs a byte into no less than a 255th */
};

static const uint8_t magic[4] = {'R', 'V', 'S', 'N'};

static void put(uint8_t *to, uint64_t number, size_t size)
{
    for (size_t i = 0; i < size; i++)
        to[i] = (uint8_t)(number >> 8 * i);
}

static uint32_t get(const uint8_t *from, size_t size)
{
    uint32_t number = 0;
    for (size_t i = 0; i < size; i++)
        number |= (uint32_t)from[i] << 8 * i;
    return number;
}

/* --- packing --- */

enum status packer_begin(struct packer *packer, struct cells *cells)
{
    *packer = (struct packer){.cells = cells};
    packer->block_size =
        SNAPSHOT_BLOCK + COMPRESSED_ROOM + sizeof(uint64_t) + (size_t)LZ4_sizeofState();
    packer->block = cell_memory_resize(&cells->memory, NULL, 0, packer->block_size);
    if (!packer->block)
        return ERR_NO_MEMORY;
    enum status status = blob_create(cells, CELLS_CONTENT_SNAPSHOT, 0, &packer->blob);
    if (status == OK) /* its place only: packer_end fills it in */
        status = blob_append(cells, packer->blob, packer->block, SNAPSHOT_HEADER);
    return status;
}

static enum status put_block(struct packer *packer)
{
    uint8_t *packed = packer->block + SNAPSHOT_BLOCK, size[2];
    uintptr_t table = (uintptr_t)(packed + COMPRESSED_ROOM + sizeof(uint64_t) - 1);
    table -= table % sizeof(uint64_t);
    int length =
        LZ4_compress_fast_extState((void *)table, (const char *)packer->block, (char *)packed,
                                   (int)packer->filled, (int)packer->filled - 1, 1);
    const uint8_t *bytes = packed;
    if (length == 0) { /* no shorter than it was */
        bytes = packer->block;
        length = (int)packer->filled;
    }
    put(size, (uint64_t)length, sizeof(size));
    packer->filled = 0;
    enum status status = blob_append(packer->cells, packer->blob, size, sizeof(size));
    return status ? status : blob_append(packer->cells, packer->blob, bytes, (size_t)length);
}

enum status packer_write(void *context, const void *bytes, size_t size)
{
    struct packer *packer = context;
    const uint8_t *from = bytes;
    if (size > UINT32_MAX - packer->body_size)
        return ERR_LIMIT;
    packer->body_size += (uint32_t)size;
    while (size > 0) {
        size_t part = SNAPSHOT_BLOCK - packer->filled;
        if (part > size)
            part = size;
        memcpy(packer->block + packer->filled, from, part);
        packer->filled += part;
        from += part;
        size -= part;
        if (packer->filled == SNAPSHOT_BLOCK) {
            enum status status = put_block(packer);
            if (status)
                return status;
        }
    }
    return OK;
}

static void fill_header(uint8_t *header, const struct snapshot_info *info)
{
    memcpy(header, magic, sizeof(magic));
    put(header + 4, SNAPSHOT_VERSION, 2);
    put(header + 6, info->delta ? SNAPSHOT_DELTA : 0, 2);
    put(header + 8, info->sequence, 4);
    put(header + 12, info->body_size, 4);
    memcpy(header + 16, info->id.bytes, sizeof(info->id.bytes));
    memcpy(header + 32, info->dna, sizeof(info->dna));
    memcpy(header + 64, info->base, sizeof(info->base));
}

enum status packer_end(struct packer *packer, struct snapshot_info *info)
{
    enum status status = packer->filled > 0 ? put_block(packer) : OK;
    if (status)
        return status;
    info->body_size = packer->body_size;
    fill_header(packer->blob->bytes, info);
    dna_hash(packer->blob->bytes, packer->blob->size, info->hash);
    return blob_append(packer->cells, packer->blob, info->hash, sizeof(info->hash));
}

void packer_fini(struct packer *packer)
{
    if (packer->block)
        cell_memory_resize(&packer->cells->memory, packer->block, packer->block_size, 0);
    if (packer->blob)
        blob_destroy(packer->cells, packer->blob);
}

/* --- unpacking --- */

enum status snapshot_verify(const uint8_t *bytes, size_t size, struct snapshot_info *info)
{
    uint8_t hash[SNAPSHOT_HASH];
    if (size < SNAPSHOT_HEADER + SNAPSHOT_HASH || memcmp(bytes, magic, sizeof(magic)) != 0)
        return ERR_CORRUPT;
    uint32_t flags = get(bytes + 6, 2);
    if (get(bytes + 4, 2) != SNAPSHOT_VERSION || (flags & ~(uint32_t)SNAPSHOT_DELTA))
        return ERR_UNSUPPORTED;
    dna_hash(bytes, size - SNAPSHOT_HASH, hash);
    if (memcmp(hash, bytes + size - SNAPSHOT_HASH, SNAPSHOT_HASH) != 0)
        return ERR_CORRUPT;
    *info = (struct snapshot_info){.delta = flags & SNAPSHOT_DELTA,
                                   .sequence = get(bytes + 8, 4),
                                   .body_size = get(bytes + 12, 4)};
    memcpy(info->id.bytes, bytes + 16, sizeof(info->id.bytes));
    memcpy(info->dna, bytes + 32, sizeof(info->dna));
    memcpy(info->base, bytes + 64, sizeof(info->base));
    memcpy(info->hash, hash, sizeof(hash));
    if (!info->delta &&
        (info->base[0] != 0 || memcmp(info->base, info->base + 1, sizeof(info->base) - 1) != 0))
        return ERR_CORRUPT;
    return info->body_size / RATIO_MAX > size ? ERR_CORRUPT : OK;
}

/* One block of the body, of `room` bytes; how many bytes it had here, 0 if it is none. */
static size_t unpack_block(const uint8_t *from, size_t size, uint8_t *to, size_t room)
{
    if (size < 2)
        return 0;
    size_t length = get(from, 2);
    if (length > size - 2 || length > room)
        return 0;
    if (length == room)
        memcpy(to, from + 2, length);
    else if (LZ4_decompress_safe((const char *)from + 2, (char *)to, (int)length, (int)room) !=
             (int)room)
        return 0;
    return 2 + length;
}

enum status snapshot_unpack(struct cells *cells, const uint8_t *bytes, size_t size,
                            const struct snapshot_info *info, uint8_t **body)
{
    const uint8_t *from = bytes + SNAPSHOT_HEADER;
    size_t left = size - SNAPSHOT_HEADER - SNAPSHOT_HASH, done = 0;
    *body = NULL;
    if (info->body_size == 0)
        return ERR_CORRUPT;
    uint8_t *made = cell_memory_resize(&cells->memory, NULL, 0, info->body_size);
    if (!made)
        return ERR_NO_MEMORY;
    while (done < info->body_size) {
        size_t room =
            info->body_size - done < SNAPSHOT_BLOCK ? info->body_size - done : SNAPSHOT_BLOCK;
        size_t taken = unpack_block(from, left, made + done, room);
        if (taken == 0)
            break;
        from += taken;
        left -= taken;
        done += room;
    }
    if (done < info->body_size || left > 0) {
        cell_memory_resize(&cells->memory, made, info->body_size, 0);
        return ERR_CORRUPT;
    }
    *body = made;
    return OK;
}
