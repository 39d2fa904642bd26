/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Translation tables of stage 1 (Arm ARM DDI 0487, D8): 4 KB granule, 39-bit addresses, three
 * levels, every address mapped to itself. Later mappings replace earlier ones, so a caller maps the
 * large first and then the exceptions in it; the largest blocks that fit are used.
 *
 * Pure: it touches only the tables it is given, and nothing takes effect by it.
 */
#ifndef AARCH64_TRANSLATION_H
#define AARCH64_TRANSLATION_H

#include <kernel/status.h>
#include <stdint.h>

enum {
    TRANSLATION_PAGE = 4096,
    TRANSLATION_ENTRIES = 512,
    TRANSLATION_ADDRESS_BITS = 39,
    /* Indices into MAIR_EL1 that the entries name. */
    TRANSLATION_MEMORY_DEVICE = 0, /* nGnRnE */
    TRANSLATION_MEMORY_NORMAL = 1, /* write-back */
};

/* Who may do what; EL0 may nothing. No mapping is both writable and executable. */
enum translation_access {
    TRANSLATION_NONE,
    TRANSLATION_CODE,     /* read, execute */
    TRANSLATION_CONSTANT, /* read */
    TRANSLATION_DATA,     /* read, write */
    TRANSLATION_DEVICE,   /* read, write; nothing gathered, reordered or acknowledged early */
};

struct translation_table {
    _Alignas(TRANSLATION_PAGE) uint64_t entries[TRANSLATION_ENTRIES];
};

/* A set of tables being built. tables[0] is the root. */
struct translation {
    struct translation_table *tables; /* borrowed; zero at the beginning */
    unsigned capacity;                /* how many there are */
    unsigned used;                    /* how many are linked in: at least the root */
};

/* Begins with nothing mapped. `tables` are `capacity` (at least 1) zeroed tables, borrowed. */
void translation_init(struct translation *translation, struct translation_table *tables,
                      unsigned capacity);

/* Maps [base, base + size) to itself. ERR_INVALID if either is no multiple of a page or the end is
 * beyond 39 bits; ERR_NO_MEMORY if the tables do not suffice (part of the range may be mapped). */
enum status translation_map(struct translation *translation, uint64_t base, uint64_t size,
                            enum translation_access access);

#endif
