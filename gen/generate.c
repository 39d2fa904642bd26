/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands that take a board through the steps: generate, kconfig and check.
 */
#include "command.h"
#include "file.h"
#include "kconfig_header.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void write_draft(struct session *session, const char *path, struct draft *draft)
{
    draft_close(draft);
    if (!file_write(path, draft->text, draft->size))
        diagnostic_error(&session->diagnostics, (struct position){.file = path},
                         "cannot be written: %s", strerror(errno));
    free(draft->text);
}

static void write_model(struct session *session)
{
    struct draft draft;
    draft_open(&draft);
    board_print(&session->board, draft.out);
    write_draft(session, arena_printf(&session->arena, "%s/model.json", session->options->build),
                &draft);
}

/* gen/inputs.d: for make, what the model was made from. It names itself as the target. A file that
 * vanishes is no error: each has a rule of its own. */
static void write_inputs(struct session *session)
{
    const char *path = arena_printf(&session->arena, "%s/gen/inputs.d", session->options->build);
    struct draft draft;
    draft_open(&draft);
    fprintf(draft.out, "%s:", path);
    for (const struct input *one = session->inputs.first; one != NULL; one = one->next)
        fprintf(draft.out, " \\\n  %s", one->path);
    putc('\n', draft.out);
    for (const struct input *one = session->inputs.first; one != NULL; one = one->next)
        fprintf(draft.out, "%s:\n", one->path);
    write_draft(session, path, &draft);
}

int command_generate(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    if (session_read(&session) &&
        kconfig_choose(&session.board, &session.inputs, options->build, &session.kconfig)) {
        board_resolve(&session.board);
        if (session.diagnostics.error_count == 0 &&
            kconfig_headers_write(&session.kconfig,
                                  arena_printf(&session.arena, "%s/gen", options->build))) {
            write_model(&session);
            write_inputs(&session);
        }
    }
    return session_close(&session, 0);
}

int command_kconfig(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    if (session_read(&session) &&
        kconfig_choose(&session.board, &session.inputs, options->build, &session.kconfig)) {
        /* There is a menu: what is wrong with the rest can be mended in it, or will be told later.
         */
        diagnostics_print(&session.diagnostics, stderr);
        diagnostics_init(&session.diagnostics, &session.arena);
    }
    return session_close(&session, 0);
}

int command_check(const struct options *options)
{
    struct session session;
    session_open(&session, options);
    struct text_list boards = options->arguments;
    for (size_t i = 0; i < boards.count; i++)
        if (target_check(&session.arena, boards.items[i]) != 0)
            return session_close(&session, 2);
    interfaces_check(&session);
    if (boards.count == 0)
        boards = folder_names(&session.arena, CONFIGS_FOLDER, ".yaml");
    for (size_t i = 0; i < boards.count; i++) {
        struct options one = *options;
        size_t errors = session.diagnostics.error_count;
        one.target = boards.items[i];
        session.options = &one;
        if (session_read(&session) &&
            kconfig_check(&session.board, &session.inputs, &session.kconfig))
            board_resolve(&session.board);
        printf("%-24s %s\n", one.target,
               session.diagnostics.error_count == errors ? "ok" : "errors");
    }
    fflush(stdout);
    return session_close(&session, 0);
}
