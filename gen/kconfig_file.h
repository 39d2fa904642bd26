/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Files of settings as Kconfig writes them, `.config` and `choices.config`:
 *
 *   CONFIG_LOG_LEVEL=3
 *   # CONFIG_UBSAN is not set
 *
 * Kconfig's own reader skips what it does not understand. This one reports it, with its position,
 * and the library never sees a byte of these files.
 */
#ifndef GEN_KCONFIG_FILE_H
#define GEN_KCONFIG_FILE_H

#include "arena.h"
#include "diagnostic.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define KCONFIG_FILE_MAX ((size_t)64 * 1024) /* bytes of one file */

/* One setting that somebody asks for. */
struct kconfig_wish {
    const char *name;  /* without CONFIG_ */
    const char *value; /* y or n, 1024, 0x10, text without its quotes */
    bool quoted;       /* it was written in quotes: a string */
    enum kconfig_asker { ASKER_BOARD, ASKER_PERSON } asker;
    const char *subject; /* what messages call it: "config.LOG_LEVEL", "services.console" */
    struct position at;  /* of the value */
};

/* A growing list; its storage is the arena's. */
struct kconfig_wishes {
    struct arena *arena; /* borrowed */
    struct kconfig_wish *items;
    size_t count, capacity;
};

void kconfig_wishes_init(struct kconfig_wishes *wishes, struct arena *arena);
void kconfig_wishes_add(struct kconfig_wishes *wishes, const struct kconfig_wish *wish);
void kconfig_wishes_remove(struct kconfig_wishes *wishes, size_t index);

/* The last wish for that symbol, or NULL. */
struct kconfig_wish *kconfig_wishes_find(const struct kconfig_wishes *wishes, const char *name);

/* Adds what the file asks for, in its order. Returns false if there is no such file; a file with
 * errors gives the lines that are right, and the errors to `diagnostics`. */
bool kconfig_file_read(struct diagnostics *diagnostics, const char *path,
                       struct kconfig_wishes *wishes);

/* The same from memory; `path` is only a name. */
void kconfig_file_parse(struct diagnostics *diagnostics, const char *path, const char *text,
                        size_t size, struct kconfig_wishes *wishes);

/* Prints one setting as a line: "CONFIG_X=y", "# CONFIG_X is not set", "CONFIG_X=\"text\"". */
void kconfig_file_print(FILE *out, const char *name, const char *value, bool is_bool,
                        bool is_string);

#endif
