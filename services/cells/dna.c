/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See dna.h.
 */
#include <services/cells/dna.h>

#include <services/cells/sha256.h>
#include <string.h>

void dna_hash(const void *bytes, size_t size, uint8_t hash[DNA_HASH])
{
    CSha256 context;
    sha256_begin(&context);
    Sha256_Update(&context, bytes, size);
    Sha256_Final(&context, hash);
}

struct dna *dna_find(const struct cells *cells, const uint8_t hash[DNA_HASH])
{
    struct dna *dna = cells->dna;
    while (dna && memcmp(dna->hash, hash, DNA_HASH) != 0)
        dna = dna->next;
    return dna;
}

static void free_bytes(struct cells *cells, const uint8_t *bytes, size_t size)
{
    cell_memory_resize(&cells->memory, (void *)bytes, size, 0); /* a block of this memory */
}

static void destroy(struct cells *cells, struct dna *dna)
{
    wasm_module_destroy(dna->module);
    cell_memory_fini(&dna->memory);
    if (!dna->baked)
        free_bytes(cells, dna->bytes, dna->size);
    cell_memory_resize(&cells->memory, dna, sizeof(*dna), 0);
}

static enum status load(struct cells *cells, struct dna *dna, struct wasm_error *error)
{
    enum status status;
    do {
        cell_memory_init(&dna->memory, cells->is.pool, cells->is.owner, "module", SIZE_MAX, NULL);
        status = wasm_module_load(&dna->module, &dna->memory.allocator, &wasm_limits_default,
                                  dna->bytes, dna->size, error);
        if (status)
            cell_memory_fini(&dna->memory);
    } while (status == ERR_NO_MEMORY && dna_make_room(cells));
    if (status)
        return status;
    status = manifest_read(dna->bytes, dna->size, &dna->manifest);
    if (status) {
        *error = (struct wasm_error){0, "malformed section " MANIFEST_SECTION};
        wasm_module_destroy(dna->module);
        cell_memory_fini(&dna->memory);
    }
    return status;
}

enum status dna_add(struct cells *cells, const uint8_t *bytes, size_t size, bool baked,
                    struct dna **dna, struct wasm_error *error)
{
    uint8_t hash[DNA_HASH];
    *error = (struct wasm_error){0, "out of memory"};
    dna_hash(bytes, size, hash);
    *dna = dna_find(cells, hash);
    if (*dna) {
        if (!baked)
            free_bytes(cells, bytes, size);
        return OK;
    }
    struct dna *made = cell_memory_resize(&cells->memory, NULL, 0, sizeof(*made));
    if (!made)
        return ERR_NO_MEMORY;
    *made = (struct dna){.bytes = bytes, .size = size, .baked = baked};
    memcpy(made->hash, hash, DNA_HASH);
    enum status status = load(cells, made, error);
    if (status) {
        cell_memory_resize(&cells->memory, made, sizeof(*made), 0);
        return status;
    }
    made->next = cells->dna;
    cells->dna = made;
    *dna = made;
    return OK;
}

void dna_get(struct dna *dna)
{
    dna->users++;
}

void dna_put(struct dna *dna)
{
    dna->users--;
}

enum status dna_forget(struct cells *cells, struct dna *dna)
{
    if (dna->users > 0)
        return ERR_BUSY;
    if (dna->baked)
        return ERR_DENIED;
    struct dna **link = &cells->dna;
    while (*link != dna)
        link = &(*link)->next;
    *link = dna->next;
    destroy(cells, dna);
    return OK;
}

bool dna_make_room(struct cells *cells)
{
    bool any = false;
    for (struct dna *dna = cells->dna, *next; dna; dna = next) {
        next = dna->next;
        any |= dna_forget(cells, dna) == OK;
    }
    return any;
}

void dna_end(struct cells *cells)
{
    while (cells->dna) {
        struct dna *dna = cells->dna;
        cells->dna = dna->next;
        destroy(cells, dna);
    }
}
