/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A file's text before it is parsed: of a bearable size and well-formed UTF-8, so that the parser
 * never sees anything else, and with the way from character counts back to bytes.
 */
#ifndef GEN_YAML_TEXT_H
#define GEN_YAML_TEXT_H

#include "diagnostic.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml_text {
    const char *bytes; /* borrowed; after a byte order mark, if there is one */
    size_t size;
    size_t skipped;          /* bytes of the byte order mark */
    const uint32_t *offsets; /* of each character from `bytes`; NULL if all is ASCII */
    size_t character_count;
};

/* Checks size and UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF); false
 * with an error reported. Borrows `bytes`. */
bool yaml_text_init(struct yaml_text *text, struct arena *arena, struct diagnostics *diagnostics,
                    const char *path, const char *bytes, size_t size);

/* The byte offset in the file of the character with that index. */
size_t yaml_text_offset(const struct yaml_text *text, size_t character);

/* Reads a file of at most YAML_SIZE_MAX bytes; NULL with an error reported. The arena owns it. */
char *yaml_text_load(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                     size_t *size);

#endif
