/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Writes config.h and the symbols' files; see kconfig_header.h.
 */
#include "kconfig_header.h"
#include "file.h"

#include "text_list.h"

#include <errno.h>
#include <string.h>

/* "#define CONFIG_MAX_TASKS 64", or a comment for a symbol that has no value. */
static const char *definition(struct arena *arena, const struct kconfig_symbol *symbol)
{
    const char *name = symbol->name;
    if (symbol->type == KCONFIG_BOOL)
        return arena_printf(arena, "#define CONFIG_%s %d\n", name, strcmp(symbol->value, "y") == 0);
    if (!symbol->active || *symbol->value == '\0')
        return arena_printf(arena, "/* CONFIG_%s has no value. */\n", name);
    if (symbol->type != KCONFIG_STRING)
        return arena_printf(arena, "#define CONFIG_%s %s\n", name, symbol->value);
    char *escaped = arena_alloc(arena, 2 * strlen(symbol->value) + 1);
    char *end = escaped;
    for (const char *c = symbol->value; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            *end++ = '\\';
        *end++ = *c;
    }
    return arena_printf(arena, "#define CONFIG_%s \"%s\"\n", name, escaped);
}

static bool write_text(const struct kconfig *kconfig, const char *path, const char *text)
{
    if (file_write(path, text, strlen(text)))
        return true;
    diagnostic_error(kconfig->board->diagnostics, (struct position){.file = path},
                     "cannot be written: %s", strerror(errno));
    return false;
}

/* A symbol that is gone keeps its file, with another content: what mentions it is to be rebuilt. */
static bool write_vanished(const struct kconfig *kconfig, const char *folder)
{
    struct arena *arena = kconfig->board->arena;
    struct text_list names = folder_names(arena, folder, ".h");
    bool ok = true;
    for (size_t i = 0; i < names.count; i++) {
        if (kconfig_menu_find(&kconfig->menu, names.items[i]) != NULL)
            continue;
        ok = write_text(kconfig, arena_printf(arena, "%s/%s.h", folder, names.items[i]),
                        arena_printf(arena, "/* CONFIG_%s is no more. */\n", names.items[i])) &&
             ok;
    }
    return ok;
}

bool kconfig_headers_write(const struct kconfig *kconfig, const char *gen)
{
    struct arena *arena = kconfig->board->arena;
    const char *folder = arena_printf(arena, "%s/kconfig", gen);
    struct text_list parts = {NULL, 0};
    size_t size = 0;
    bool ok = true;
    for (size_t i = 0; i < kconfig->menu.count; i++) {
        const struct kconfig_symbol *symbol = &kconfig->menu.symbols[i];
        const char *text = definition(arena, symbol);
        ok = write_text(kconfig, arena_printf(arena, "%s/%s.h", folder, symbol->name), text) && ok;
        if (text[0] != '#')
            continue;
        text_list_add(arena, &parts, text);
        size += strlen(text);
    }
    char *all = arena_alloc(arena, size + 1);
    char *end = all;
    for (size_t i = 0; i < parts.count; i++)
        end = stpcpy(end, parts.items[i]);
    const char *header =
        arena_printf(arena, "/* What is compiled in, from Kconfig. Generated for %s. */\n\n%s",
                     kconfig->board->name, all);
    return write_vanished(kconfig, folder) &&
           write_text(kconfig, arena_printf(arena, "%s/include/config.h", gen), header) && ok;
}
