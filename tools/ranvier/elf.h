/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Reads what an image's ELF file (System V ABI, chapters 4 and 5; little-endian, 32 or 64 bits) has
 * at an address. Nothing of the file is trusted.
 */
#ifndef RANVIER_ELF_H
#define RANVIER_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct elf {
    uint8_t *bytes; /* owned */
    size_t size;
    unsigned word; /* bytes of an address */
};

/* A part of the file. */
struct elf_section {
    const uint8_t *bytes; /* borrowed; NULL: there is no such section */
    uint64_t address;
    size_t size;
};

/* Reads the file. Returns NULL, or what is wrong, static text; then there is nothing to close. */
const char *elf_open(struct elf *elf, const char *path);
void elf_close(struct elf *elf);

/* The section of that name. */
struct elf_section elf_find(const struct elf *elf, const char *name);

/* The section that is loaded to `address`, with its content in the file. */
struct elf_section elf_loaded(const struct elf *elf, uint64_t address);

/* The text at `address` in `section`, borrowed; NULL if it does not lie in it whole. */
const char *elf_text(struct elf_section section, uint64_t address);

/* The word there; false if it does not lie in the section. */
bool elf_word(const struct elf *elf, struct elf_section section, uint64_t address, uint64_t *word);

/* The function that `address` lies in, borrowed, and how far from its start; NULL if none is known.
 */
const char *elf_function(const struct elf *elf, uint64_t address, uint64_t *offset);

#endif
