/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The console's commands, and what they print with. Private to the service.
 */
#ifndef CONSOLE_COMMANDS_H
#define CONSOLE_COMMANDS_H

#include <kernel/capability.h>
#include <stddef.h>

struct console;

struct command {
    const char *name;
    const char *arguments; /* for help: "[PREFIX]", or "" */
    const char *summary;
    /* `argument` is the word after the name, or NULL. */
    void (*run)(struct console *console, const char *argument);
};

/* Prints text with `\n` as the end of a line, waiting until the device has taken it. Conversions as
 * log_write's. Task context. */
void console_print(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What the console may use. */
struct capability_holder *console_holder(const struct console *console);

/* Runs what the line asks for; `line` is taken apart. */
void command_run(struct console *console, char *line);

/* The name of the index-th command, in the order of help; NULL after the last. */
const char *command_name(size_t index);

/* Commands that report; in reports.c and node.c. */
void report_board(struct console *console, const char *argument);
void report_devices(struct console *console, const char *argument);
void report_services(struct console *console, const char *argument);
void report_tasks(struct console *console, const char *argument);
void report_memory(struct console *console, const char *argument);
void report_interrupts(struct console *console, const char *argument);
void report_uptime(struct console *console, const char *argument);
void report_node(struct console *console, const char *argument);
void report_config(struct console *console, const char *argument);

#endif
