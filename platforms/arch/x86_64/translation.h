/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Page tables of four levels (SDM 3, 4.5): 48-bit addresses, every address mapped to itself. Later
 * mappings replace earlier ones, so a caller maps the large first and then the exceptions in it;
 * the largest pages that fit are used.
 *
 * Pure: it touches only the tables it is given.
 */
#ifndef X86_64_TRANSLATION_H
#define X86_64_TRANSLATION_H

#include <kernel/status.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    TRANSLATION_PAGE = 4096,
    TRANSLATION_ENTRIES = 512,
    TRANSLATION_ADDRESS_BITS = 47, /* the lower half of the 48-bit addresses */
};

/* Who may do what; user mode may nothing. No mapping is both writable and executable. */
enum translation_access {
    TRANSLATION_NONE,
    TRANSLATION_CODE,     /* read, execute */
    TRANSLATION_CONSTANT, /* read */
    TRANSLATION_DATA,     /* read, write */
    TRANSLATION_DEVICE,   /* read, write; not cached, nothing gathered or reordered */
};

struct translation_table {
    _Alignas(TRANSLATION_PAGE) uint64_t entries[TRANSLATION_ENTRIES];
};

/* A set of tables being built. tables[0] is the root. */
struct translation {
    struct translation_table *tables; /* borrowed; zero at the beginning */
    unsigned capacity;                /* how many there are */
    unsigned used;                    /* how many are linked in: at least the root */
    bool huge;                        /* pages of 1 GB may be used, too */
};

/* Begins with nothing mapped. `tables` are `capacity` (at least 1) zeroed tables, borrowed. */
void translation_init(struct translation *translation, struct translation_table *tables,
                      unsigned capacity, bool huge);

/* Maps [base, base + size) to itself. ERR_INVALID if either is no multiple of a page or the end is
 * beyond 47 bits; ERR_NO_MEMORY if the tables do not suffice (part of the range may be mapped). */
enum status translation_map(struct translation *translation, uint64_t base, uint64_t size,
                            enum translation_access access);

/* True if the page that holds `address` is mapped. */
bool translation_has(const struct translation *translation, uint64_t address);

#endif
