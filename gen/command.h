/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The program's commands: each a function from the command line to an exit status, listed in
 * main.c. 0 is success, 1 means that errors were printed, 2 that the command line names something
 * that is not there (one line says so, with the nearest name).
 */
#ifndef GEN_COMMAND_H
#define GEN_COMMAND_H

#include "board.h"
#include "kconfig_choose.h"

struct options {
    const char *command;
    const char *target; /* NULL if not given */
    const char *build;  /* build/<target> unless given */
    const char *key;
    const char *seed;
    bool names;
    struct text_list overlays;
    struct text_list arguments; /* what has no option's name before it */
};

/* What a command works on; everything lives until session_close. */
struct session {
    struct arena arena;
    struct diagnostics diagnostics;
    struct inputs inputs;
    const struct options *options;
    struct layered layered;
    struct catalog catalog;
    struct board board;
    struct kconfig kconfig;
};

void session_open(struct session *session, const struct options *options);

/* Step 1 for the target of the options: layers it, reads the catalog and the board. False where
 * errors leave nothing to go on with; with other errors, which are in `diagnostics`, it is true. */
bool session_read(struct session *session);

/* Reads the catalog and reports what became of each service's calls since they were accepted. */
void interfaces_check(struct session *session);

/* Prints the errors there are and frees everything. Returns the exit status, `status` or 1. */
int session_close(struct session *session, int status);

/* Prints "ranvier-gen: …" and returns 2. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "; did you mean x?" or nothing. */
const char *nearest_hint(struct arena *arena, const char *word, const struct text_list *names);

/* 0, or 2 with a line printed where there is no such board or overlay. */
int target_check(struct arena *arena, const char *target);
int overlays_check(struct arena *arena, const struct text_list *overlays);

/* The commands. */
int command_generate(const struct options *options);
int command_kconfig(const struct options *options);
int command_agents(const struct options *options);
int command_check(const struct options *options);
int command_list(const struct options *options);
int command_explain(const struct options *options);
int command_new_board(const struct options *options);
int command_target(const struct options *options);
int command_choices(const struct options *options);
int command_savedefconfig(const struct options *options);
int command_interfaces(const struct options *options);
int command_accept(const struct options *options);
int command_random_config(const struct options *options);

#endif
