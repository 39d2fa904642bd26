/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The shell's commands, and what they print with. Private to the service.
 */
#ifndef SHELL_COMMANDS_H
#define SHELL_COMMANDS_H

#include <kernel/capability.h>
#include <services/forth/forth.h>
#include <stddef.h>

struct shell;

struct command {
    const char *name;
    const char *arguments; /* for help: "[PREFIX]", "[MODULE] [LEVEL]", or "" */
    const char *summary;
    /* `argument` is what stands after the name, at most as many words as `arguments` has, with a
     * blank between two; or NULL. */
    void (*run)(struct shell *shell, const char *argument);
};

/* Prints text with `\n` as the end of a line, waiting until the device has taken it. Conversions as
 * log_write's. Task context. */
void shell_print(struct shell *shell, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A share of the CPU in parts of ten thousand as text: "12.34%"; "-" if it isn't measured. */
struct share_text {
    char text[16];
};
struct share_text share_text(unsigned share);

/* What the shell may use. */
struct capability_holder *shell_holder(const struct shell *shell);

enum {
    COMMAND_COUNT = 0
#define COMMAND(name, arguments, summary, run) +1
#include "commands.def"
#undef COMMAND
};

/* The commands as words, in the order of help. */
extern const struct forth_host_word command_words[COMMAND_COUNT];

/* Says that there is no such word, and which command may have been meant. */
void command_suggest(struct shell *shell, const char *word);

/* Commands that report; in reports.c, date.c, keys.c, log_report.c and node.c. */
void report_board(struct shell *shell, const char *argument);
void report_devices(struct shell *shell, const char *argument);
void report_services(struct shell *shell, const char *argument);
void report_tasks(struct shell *shell, const char *argument);
void report_harmony(struct shell *shell, const char *argument);
void report_top(struct shell *shell, const char *argument);
void report_memory(struct shell *shell, const char *argument);
void report_interrupts(struct shell *shell, const char *argument);
void report_log(struct shell *shell, const char *argument);
void report_uptime(struct shell *shell, const char *argument);
void report_date(struct shell *shell, const char *argument);
void report_keys(struct shell *shell, const char *argument);
void report_node(struct shell *shell, const char *argument);
void report_config(struct shell *shell, const char *argument);

#endif
