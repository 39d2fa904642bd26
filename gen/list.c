/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands about boards as such: list, agents, new-board and target.
 */
#include "command.h"
#include "file.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char *text_at(struct node *root, const char *path)
{
    const struct node *node = node_find(root, path);
    return node != NULL && node->kind == NODE_SCALAR ? node->text : "";
}

static void print_board(struct session *session, const char *name)
{
    struct diagnostics unheard;
    diagnostics_init(&unheard, &session->arena);
    if (!layer_board(&session->arena, &unheard, &session->inputs, name, NULL, 0,
                     &session->layered)) {
        printf("%-20s %s\n", name, "has errors: `make check` shows them");
        return;
    }
    struct node *root = session->layered.root;
    printf("%-20s %-8s %-12s %s\n", name, text_at(root, "arch"), text_at(root, "cpu.model"),
           text_at(root, "summary"));
}

int command_list(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    struct text_list names = folder_names(&session.arena, CONFIGS_FOLDER, ".yaml");
    if (!options->names)
        printf("%-20s %-8s %-12s %s\n", "BOARD", "ARCH", "CPU", "SUMMARY");
    for (size_t i = 0; i < names.count; i++) {
        if (options->names)
            puts(names.items[i]);
        else
            print_board(&session, names.items[i]);
    }
    return session_close(&session, 0);
}

/* Errors are told when the board is generated. */
int command_agents(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    session_read(&session);
    for (const struct agent *one = session.board.agents; one != NULL; one = one->next)
        if (one->built)
            puts(one->file);
    diagnostics_init(&session.diagnostics, &session.arena);
    return session_close(&session, 0);
}

int command_target(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    int status = options->arguments.count == 1
                     ? target_check(&session.arena, options->arguments.items[0])
                     : usage_error("target wants one BOARD");
    return session_close(&session, status);
}

/* The keys of map `node`, or none where the board has no such map. */
static struct text_list names_in(struct arena *arena, const struct node *node)
{
    struct text_list names = {0};
    for (const struct node *one = node == NULL ? NULL : node->first; one; one = one->next)
        text_list_add(arena, &names, one->key);
    return names;
}

/* A commented line that would hold on this board: `line` about the last of `names`, or nothing. */
static const char *example(struct arena *arena, const struct text_list *names, const char *line)
{
    return names->count == 0
               ? ""
               : arena_printf(arena, "#   %s: %s\n", names->items[names->count - 1], line);
}

/* The new file: everything of the other board holds, and the comments say how to change it. */
static const char *new_board_text(struct session *session, const char *name, const char *like)
{
    struct arena *arena = &session->arena;
    struct node *root = session->layered.root;
    struct text_list regions = names_in(arena, node_get(root, "memory"));
    struct text_list devices = names_in(arena, node_get(root, "devices"));
    struct text_list services = names_in(arena, node_get(root, "services"));
    return arena_printf(
        arena,
        "# Everything that %s has holds here, too, unless this file says otherwise:\n"
        "# maps merge by key, other values replace, null deletes.\n"
        "board: %s\n"
        "summary: Like %s\n"
        "extends: %s\n"
        "\n"
        "# Its memory: %s\n"
        "# memory:\n"
        "%s"
        "\n"
        "# Its devices: %s\n"
        "# devices:\n"
        "%s"
        "\n"
        "# Its services: %s\n"
        "# services:\n"
        "%s"
        "\n"
        "# Kconfig symbols; `make TARGET=%s menuconfig` shows them, savedefconfig writes them "
        "here.\n"
        "# config:\n"
        "#   LOG_LEVEL: 3\n",
        like, name, like, like, text_list_join(arena, &regions),
        example(arena, &regions, "{ size: 64M }"), text_list_join(arena, &devices),
        example(arena, &devices, "null                  # not on this board"),
        text_list_join(arena, &services), example(arena, &services, "{ priority: 4 }"), name);
}

static int write_board(struct session *session, const char *name, const char *like)
{
    struct arena *arena = &session->arena;
    const char *path = arena_printf(arena, "%s/%s.yaml", CONFIGS_FOLDER, name);
    if (!name_is_valid(name, NAME_FILE))
        return usage_error("NAME=%s: start with a-z and go on with a-z, 0-9, - and _", name);
    if (access(path, F_OK) == 0)
        return usage_error("%s is there already", path);
    int status = target_check(arena, like);
    if (status != 0)
        return status;
    if (!layer_board(arena, &session->diagnostics, &session->inputs, like, NULL, 0,
                     &session->layered))
        return 1;
    const char *text = new_board_text(session, name, like);
    if (!file_write(path, text, strlen(text))) {
        diagnostic_error(&session->diagnostics, (struct position){.file = path},
                         "cannot be written: %s", strerror(errno));
        return 1;
    }
    printf("%s is written; next: make TARGET=%s\n", path, name);
    return 0;
}

int command_new_board(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    int status =
        options->arguments.count == 2
            ? write_board(&session, options->arguments.items[0], options->arguments.items[1])
            : usage_error("new-board wants NAME and LIKE: a new name, and a board");
    return session_close(&session, status);
}
