/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See elf.h.
 */
#include "elf.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *read_all(FILE *file, struct elf *elf)
{
    size_t capacity = 0;
    do {
        capacity = capacity ? 2 * capacity : 1 << 20;
        uint8_t *bytes = realloc(elf->bytes, capacity);
        if (!bytes)
            return "out of memory";
        elf->bytes = bytes;
        elf->size += fread(bytes + elf->size, 1, capacity - elf->size, file);
    } while (elf->size == capacity);
    return ferror(file) ? "cannot be read" : NULL;
}

static const char *check(struct elf *elf)
{
    if (elf->size < sizeof(Elf64_Ehdr) || memcmp(elf->bytes, ELFMAG, SELFMAG) != 0)
        return "is not an ELF file";
    if (elf->bytes[EI_DATA] != ELFDATA2LSB)
        return "is an ELF file, but not little-endian";
    elf->word = elf->bytes[EI_CLASS] == ELFCLASS64 ? 8 : 4;
    return NULL;
}

const char *elf_open(struct elf *elf, const char *path)
{
    *elf = (struct elf){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return strerror(errno);
    const char *trouble = read_all(file, elf);
    fclose(file);
    if (!trouble)
        trouble = check(elf);
    if (trouble)
        elf_close(elf);
    return trouble;
}

void elf_close(struct elf *elf)
{
    free(elf->bytes);
    *elf = (struct elf){0};
}

/* A section's header with 64 bits, or zeros where there is none. */
static Elf64_Shdr header(const struct elf *elf, unsigned index)
{
    Elf64_Ehdr file;
    Elf32_Ehdr file32;
    Elf64_Shdr section = {0};
    Elf32_Shdr section32;
    memcpy(&file, elf->bytes, sizeof(file));
    memcpy(&file32, elf->bytes, sizeof(file32));
    const bool wide = elf->word == 8;
    const size_t size = wide ? sizeof(section) : sizeof(section32);
    const uint64_t table = wide ? file.e_shoff : file32.e_shoff;
    if (index >= (wide ? file.e_shnum : file32.e_shnum) || table > elf->size ||
        (elf->size - table) / size <= index)
        return section;
    const uint8_t *from = elf->bytes + table + index * size;
    if (wide) {
        memcpy(&section, from, sizeof(section));
        return section;
    }
    memcpy(&section32, from, sizeof(section32));
    return (Elf64_Shdr){.sh_name = section32.sh_name,
                        .sh_type = section32.sh_type,
                        .sh_flags = section32.sh_flags,
                        .sh_addr = section32.sh_addr,
                        .sh_offset = section32.sh_offset,
                        .sh_size = section32.sh_size};
}

/* What the file has of a section: nothing of one without content. */
static struct elf_section content(const struct elf *elf, const Elf64_Shdr *section)
{
    if (section->sh_type != SHT_PROGBITS && section->sh_type != SHT_STRTAB &&
        section->sh_type != SHT_SYMTAB)
        return (struct elf_section){0};
    if (section->sh_offset > elf->size || section->sh_size > elf->size - section->sh_offset)
        return (struct elf_section){0};
    return (struct elf_section){elf->bytes + section->sh_offset, section->sh_addr,
                                (size_t)section->sh_size};
}

static unsigned count(const struct elf *elf)
{
    Elf64_Ehdr file;
    Elf32_Ehdr file32;
    memcpy(&file, elf->bytes, sizeof(file));
    memcpy(&file32, elf->bytes, sizeof(file32));
    return elf->word == 8 ? file.e_shnum : file32.e_shnum;
}

static struct elf_section section_names(const struct elf *elf)
{
    Elf64_Ehdr file;
    Elf32_Ehdr file32;
    memcpy(&file, elf->bytes, sizeof(file));
    memcpy(&file32, elf->bytes, sizeof(file32));
    Elf64_Shdr names = header(elf, elf->word == 8 ? file.e_shstrndx : file32.e_shstrndx);
    names.sh_addr = 0;
    return content(elf, &names);
}

struct elf_section elf_find(const struct elf *elf, const char *name)
{
    const struct elf_section names = section_names(elf);
    for (unsigned i = 0; i < count(elf); i++) {
        const Elf64_Shdr section = header(elf, i);
        const char *its = elf_text(names, section.sh_name);
        if (its && strcmp(its, name) == 0)
            return content(elf, &section);
    }
    return (struct elf_section){0};
}

struct elf_section elf_loaded(const struct elf *elf, uint64_t address)
{
    for (unsigned i = 0; i < count(elf); i++) {
        const Elf64_Shdr section = header(elf, i);
        if (section.sh_flags & SHF_ALLOC && address >= section.sh_addr &&
            address - section.sh_addr < section.sh_size)
            return content(elf, &section);
    }
    return (struct elf_section){0};
}

const char *elf_text(struct elf_section section, uint64_t address)
{
    const uint64_t offset = address - section.address;
    if (!section.bytes || address < section.address || offset >= section.size ||
        !memchr(section.bytes + offset, '\0', section.size - (size_t)offset))
        return NULL;
    return (const char *)section.bytes + offset;
}

bool elf_word(const struct elf *elf, struct elf_section section, uint64_t address, uint64_t *word)
{
    const uint64_t offset = address - section.address;
    *word = 0;
    if (!section.bytes || address < section.address || section.size < elf->word ||
        offset > section.size - elf->word)
        return false;
    for (unsigned i = 0; i < elf->word; i++)
        *word |= (uint64_t)section.bytes[offset + i] << 8 * i;
    return true;
}

/* The symbol with 64 bits; the table has that many. */
static Elf64_Sym symbol(const struct elf *elf, struct elf_section table, size_t index)
{
    Elf64_Sym symbol;
    Elf32_Sym symbol32;
    if (elf->word == 8) {
        memcpy(&symbol, table.bytes + index * sizeof(symbol), sizeof(symbol));
        return symbol;
    }
    memcpy(&symbol32, table.bytes + index * sizeof(symbol32), sizeof(symbol32));
    return (Elf64_Sym){.st_name = symbol32.st_name,
                       .st_info = symbol32.st_info,
                       .st_value = symbol32.st_value,
                       .st_size = symbol32.st_size};
}

const char *elf_function(const struct elf *elf, uint64_t address, uint64_t *offset)
{
    const struct elf_section table = elf_find(elf, ".symtab");
    struct elf_section names = elf_find(elf, ".strtab");
    Elf64_Ehdr file;
    memcpy(&file, elf->bytes, sizeof(file)); /* e_machine stands at one place in both sizes */
    names.address = 0;
    const size_t size = elf->word == 8 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    for (size_t i = 0; i < table.size / size; i++) {
        Elf64_Sym one = symbol(elf, table, i);
        if (file.e_machine == EM_ARM)
            one.st_value &= ~UINT64_C(1); /* Thumb */
        *offset = address - one.st_value;
        if (ELF64_ST_TYPE(one.st_info) == STT_FUNC && address >= one.st_value &&
            *offset < one.st_size)
            return elf_text(names, one.st_name);
    }
    return NULL;
}
