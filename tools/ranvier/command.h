/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands of the host tool: each a file with one `const struct command`, listed in main.c.
 * Results go to stdout, everything else to stderr; an error says what, where and what to do.
 */
#ifndef RANVIER_COMMAND_H
#define RANVIER_COMMAND_H

#include <getopt.h>
#include <stdbool.h>

/* Exit statuses, of every command. */
enum { COMMAND_OK = 0, COMMAND_FAILED = 1, COMMAND_USAGE = 2 };

struct command {
    const char *name;    /* one word, or several: "config pack" */
    const char *usage;   /* what follows the name: "--target BOARD FILE" */
    const char *summary; /* one line */
    const char *details; /* what `--help` says besides, whole lines: options first */

    /* Does it. `words[0]` is the last word of the name, so that getopt_long can read the rest.
     * Returns an exit status. */
    int (*run)(const struct command *command, int count, char **words);
};

/* The table in main.c; ends with NULL. */
extern const struct command *const commands[];

extern const struct command agent_build_command, agent_deploy_command, agent_exec_command,
    agent_input_command, agent_move_command, agent_inspect_command, agent_list_command,
    agent_logs_command, agent_new_command, agent_pack_command, agent_remove_command,
    agent_restore_command, agent_resume_command, agent_room_command, agent_run_command,
    agent_snapshot_command, agent_start_command, agent_stop_command, agent_suspend_command,
    call_command, config_pack_command, console_command, flash_command, log_command, mux_command,
    ports_command, top_command, trace_command;

/* The next option as getopt_long gives it, -1 behind the last. For one that is not there or lacks
 * its argument it says so and returns '?'; then run returns COMMAND_USAGE. */
int command_option(const struct command *command, int count, char **words,
                   const struct option *options);

/* A number from 0 to `most` in decimal, else false. */
bool command_number(const char *text, int most, int *number);

/* The link that the command line names behind its options (link.h); NULL, or what is wrong. */
struct link;
const char *command_link(struct link *link, int count, char **words);

/* The exit status of a program whose link (closed meanwhile) ended by itself: that of the process
 * that was the board, which may say more than this program by it. */
int command_link_status(const struct link *link);

/* Prints "ranvier: …" and returns COMMAND_FAILED. */
int command_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for what is wrong on the command line, with where to read more; COMMAND_USAGE. */
int command_refuse(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
