/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Files as the generator reads and writes them: whole, and written only where the content changes,
 * so that a time stamp says when something changed and nothing half-written is ever seen.
 */
#ifndef GEN_FILE_H
#define GEN_FILE_H

#include "arena.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The whole file, with a zero byte behind it that *size does not count; NULL with errno set if it
 * cannot be read or has more than `limit` bytes (EFBIG). Owned by the arena. */
char *file_read(struct arena *arena, const char *path, size_t limit, size_t *size);

/* Makes `path` hold these bytes: nothing happens if it does already, else a new file beside it is
 * renamed over it. Creates missing folders. Returns false with errno set on failure, and then the
 * file is as it was. */
bool file_write(const char *path, const void *data, size_t size);

/* A text that is printed piece by piece, to be written whole. */
struct draft {
    FILE *out;
    char *text; /* from draft_close on; the caller frees it */
    size_t size;
};

/* Opens draft->out. Aborts where there is no memory; so does draft_close. */
void draft_open(struct draft *draft);

/* Closes draft->out: text and size are what was printed to it. */
void draft_close(struct draft *draft);

#endif
