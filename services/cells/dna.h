/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * DNA: the modules of a node, each once however many agents share it, named by the SHA-256 (FIPS
 * 180-4) of its bytes. A module that was uploaded stays until it is forgotten, or until memory is
 * short and no agent uses it; one from the image stays.
 */
#ifndef CELLS_DNA_H
#define CELLS_DNA_H

#include <services/cells/cell.h>
#include <services/cells/manifest.h>

enum { DNA_HASH = 32 };

struct dna {
    struct dna *next;
    uint8_t hash[DNA_HASH];
    const uint8_t *bytes; /* in the image, or a block of the node's memory */
    size_t size;
    bool baked;     /* in the image */
    uint32_t users; /* dna_get less dna_put */
    struct cells_manifest_reply manifest;
    struct wasm_module *module;
    struct cell_memory memory; /* of `module` */
};

/* Keeps a module: `bytes` are of the image if `baked`, else a block of the node's memory, which
 * this takes when it succeeds. Where the module is there already, that one is returned and a block
 * freed. ERR_CORRUPT, ERR_UNSUPPORTED, ERR_LIMIT: refused, with `error`; ERR_NO_MEMORY. */
enum status dna_add(struct cells *cells, const uint8_t *bytes, size_t size, bool baked,
                    struct dna **dna, struct wasm_error *error);

/* The module of that hash; NULL if it isn't here. */
struct dna *dna_find(const struct cells *cells, const uint8_t hash[DNA_HASH]);

/* One more user, one less. */
void dna_get(struct dna *dna);
void dna_put(struct dna *dna);

/* ERR_BUSY: an agent uses it; ERR_DENIED: it is part of the image. */
enum status dna_forget(struct cells *cells, struct dna *dna);

/* Forgets what nobody uses and isn't part of the image. Returns whether there was any. */
bool dna_make_room(struct cells *cells);

/* Frees all of them. */
void dna_end(struct cells *cells);

/* SHA-256 of some bytes. */
void dna_hash(const void *bytes, size_t size, uint8_t hash[DNA_HASH]);

#endif
