/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See yaml_text.h.
 */
#include "yaml_text.h"
#include "yaml_tree.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Bytes of the UTF-8 sequence at `bytes`, 0 if it is malformed (RFC 3629, section 4). */
static size_t sequence_length(const unsigned char *bytes, size_t left)
{
    unsigned char lead = bytes[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                    : (lead & 0xf0) == 0xe0        ? 3
                    : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                   : 0;
    if (length == 0 || left < length)
        return 0;
    unsigned char low = 0x80, high = 0xbf;
    if (lead == 0xe0)
        low = 0xa0;
    if (lead == 0xed)
        high = 0x9f;
    if (lead == 0xf0)
        low = 0x90;
    if (lead == 0xf4)
        high = 0x8f;
    if (bytes[1] < low || bytes[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

bool yaml_text_init(struct yaml_text *text, struct arena *arena, struct diagnostics *diagnostics,
                    const char *path, const char *bytes, size_t size)
{
    *text = (struct yaml_text){.bytes = bytes, .size = size};
    struct position at = {path, 1, 1};
    if (size > YAML_SIZE_MAX) {
        diagnostic_error(diagnostics, (struct position){.file = path},
                         "larger than %zu KiB, the limit for a file", YAML_SIZE_MAX / 1024);
        return false;
    }
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
        *text = (struct yaml_text){.bytes = bytes + 3, .size = size - 3, .skipped = 3};
    uint32_t *offsets = arena_alloc(arena, (text->size + 1) * sizeof(*offsets));
    size_t offset = 0, count = 0;
    while (offset < text->size) {
        const unsigned char *here = (const unsigned char *)text->bytes + offset;
        size_t length = sequence_length(here, text->size - offset);
        if (length == 0) {
            diagnostic_error(diagnostics, at, "byte 0x%02x is not UTF-8", here[0]);
            return false;
        }
        if ((here[0] < ' ' && strchr("\t\n\r", here[0]) == NULL) || here[0] == '\0') {
            diagnostic_error(diagnostics, at, "control character 0x%02x", here[0]);
            return false;
        }
        offsets[count++] = (uint32_t)offset;
        offset += length;
        at.column++;
        if (here[0] == '\n')
            at = (struct position){path, at.line + 1, 1};
    }
    offsets[count] = (uint32_t)offset;
    text->offsets = offsets;
    text->character_count = count;
    return true;
}

size_t yaml_text_offset(const struct yaml_text *text, size_t character)
{
    if (character > text->character_count)
        character = text->character_count;
    return text->skipped + text->offsets[character];
}

char *yaml_text_load(struct arena *arena, struct diagnostics *diagnostics, const char *path,
                     size_t *size)
{
    struct position at = {.file = path};
    struct stat status;
    FILE *file = NULL;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
        errno = EISDIR;
    else
        file = fopen(path, "rb");
    if (file == NULL) {
        diagnostic_error(diagnostics, at, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    /* One byte more than the limit is enough to see that a file is too large. */
    size_t capacity = (size_t)status.st_size;
    if (!S_ISREG(status.st_mode) || capacity > YAML_SIZE_MAX)
        capacity = YAML_SIZE_MAX;
    char *bytes = arena_alloc(arena, capacity + 2);
    *size = fread(bytes, 1, capacity + 1, file);
    bool failed = ferror(file) != 0;
    fclose(file);
    if (failed) {
        diagnostic_error(diagnostics, at, "cannot be read");
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}
