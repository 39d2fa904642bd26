/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the commands have in common (command.h).
 */
#include "command.h"
#include <string.h>
#include <unistd.h>

void session_open(struct session *session, const struct options *options)
{
    *session = (struct session){.options = options};
    arena_init(&session->arena);
    diagnostics_init(&session->diagnostics, &session->arena);
    session->inputs.arena = &session->arena;
}

bool session_read(struct session *session)
{
    const struct options *options = session->options;
    bool layered =
        layer_board(&session->arena, &session->diagnostics, &session->inputs, options->target,
                    options->overlays.items, options->overlays.count, &session->layered);
    catalog_read(&session->diagnostics, &session->inputs, &session->catalog);
    if (!layered)
        return false;
    board_read(&session->arena, &session->diagnostics, &session->layered, &session->catalog,
               &session->board);
    return true;
}

int session_close(struct session *session, int status)
{
    diagnostics_print(&session->diagnostics, stderr);
    if (session->diagnostics.error_count > 0)
        status = 1;
    arena_free(&session->arena);
    return status;
}

int usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("ranvier-gen: ", stderr);
    vfprintf(stderr, format, arguments);
    putc('\n', stderr);
    va_end(arguments);
    return 2;
}

const char *nearest_hint(struct arena *arena, const char *word, const struct text_list *names)
{
    const char *nearest = nearest_name(word, names->items, names->count);
    return nearest == NULL ? "" : arena_printf(arena, "; did you mean %s?", nearest);
}

int target_check(struct arena *arena, const char *target)
{
    struct text_list names = folder_names(arena, CONFIGS_FOLDER, ".yaml");
    if (text_list_has(&names, target))
        return 0;
    if (names.count == 0)
        return usage_error("there are no boards here: run it from the root of the tree");
    const char *hint = nearest_hint(arena, target, &names);
    return usage_error("there is no board %s%s%s", target, hint,
                       hint[0] == '\0' ? "; `make list` shows them" : "");
}

/* The YAML files an overlay's name may have meant: here and one folder down. */
static struct text_list overlay_candidates(struct arena *arena)
{
    struct text_list paths = folder_names(arena, ".", ".yaml"), folders = {0}, names = {0};
    for (size_t i = 0; i < paths.count; i++)
        text_list_add(arena, &names, arena_printf(arena, "%s.yaml", paths.items[i]));
    folders = folder_names(arena, ".", "/.");
    for (size_t i = 0; i < folders.count; i++) {
        paths = folder_names(arena, folders.items[i], ".yaml");
        for (size_t j = 0; j < paths.count; j++)
            text_list_add(arena, &names,
                          arena_printf(arena, "%s/%s.yaml", folders.items[i], paths.items[j]));
    }
    return names;
}

int overlays_check(struct arena *arena, const struct text_list *overlays)
{
    for (size_t i = 0; i < overlays->count; i++) {
        if (access(overlays->items[i], R_OK) == 0)
            continue;
        struct text_list names = overlay_candidates(arena);
        return usage_error("there is no overlay %s%s", overlays->items[i],
                           nearest_hint(arena, overlays->items[i], &names));
    }
    return 0;
}
