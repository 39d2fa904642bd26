/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands about boards as such: list, new-board and target.
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

int command_target(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    int status = options->arguments.count == 1
                     ? target_check(&session.arena, options->arguments.items[0])
                     : usage_error("target wants one BOARD");
    return session_close(&session, status);
}

/* The new file: everything of the other board holds, and the comments say how to change it. */
static const char *new_board_text(struct session *session, const char *name, const char *like)
{
    struct node *root = session->layered.root;
    const struct node *devices = node_get(root, "devices"), *services = node_get(root, "services");
    struct text_list device_names = {0}, service_names = {0};
    for (const struct node *one = devices == NULL ? NULL : devices->first; one; one = one->next)
        text_list_add(&session->arena, &device_names, one->key);
    for (const struct node *one = services == NULL ? NULL : services->first; one; one = one->next)
        text_list_add(&session->arena, &service_names, one->key);
    return arena_printf(
        &session->arena,
        "# Everything that %s has holds here, too, unless this file says otherwise:\n"
        "# maps merge by key, other values replace, null deletes.\n"
        "board: %s\n"
        "summary: Like %s\n"
        "extends: %s\n"
        "\n"
        "# memory:\n"
        "#   ram: { size: 64M }\n"
        "\n"
        "# Devices of %s: %s\n"
        "# devices:\n"
        "#   uart1: null                  # not on this board\n"
        "\n"
        "# Its services: %s\n"
        "# services:\n"
        "#   console: { priority: 4 }\n"
        "\n"
        "# Kconfig symbols; `make TARGET=%s menuconfig` shows them, savedefconfig writes them "
        "here.\n"
        "# config:\n"
        "#   LOG_LEVEL: 3\n",
        like, name, like, like, like, text_list_join(&session->arena, &device_names),
        text_list_join(&session->arena, &service_names), name);
}

static int write_board(struct session *session, const char *name, const char *like)
{
    struct arena *arena = &session->arena;
    const char *path = arena_printf(arena, "%s/%s.yaml", CONFIGS_FOLDER, name);
    if (!name_is_valid(name, NAME_THING))
        return usage_error("NAME=%s: start with a-z and go on with a-z, 0-9 and -", name);
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
