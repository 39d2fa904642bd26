/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The command `log`: what the log keeps, and the levels that are recorded.
 */
#include "commands.h"

#include <kernel/log.h>
#include <string.h>

enum { LEVEL_COUNT = LOG_DEBUG + 1 };

/* What is kept, read or not. Lines lose their CR, which shell_print adds. */
static void print_records(struct shell *shell)
{
    struct log_reader reader;
    char text[64];
    log_begin(&reader, UINT32_MAX);
    for (size_t size; (size = log_read(&reader, text, sizeof(text) - 1)) > 0;) {
        text[size] = '\0';
        text[strcspn(text, "\r")] = '\0';
        shell_print(shell, "%s%s", text, text[size - 1] == '\n' ? "\n" : "");
    }
}

static void print_levels(struct shell *shell)
{
    const char *module;
    shell_print(shell, "recorded: %s", log_level_name(log_level(NULL)));
    for (size_t i = 0; (module = log_level_module(i)); i++)
        shell_print(shell, ", %.*s %s", LOG_MODULE_MAX, module, log_level_name(log_level(module)));
    shell_print(shell, "\n");
}

/* The level with that name, LEVEL_COUNT if there is none. */
static unsigned find_level(const char *name)
{
    unsigned level = 0;
    while (level < LEVEL_COUNT && strcmp(log_level_name(level), name) != 0)
        level++;
    return level;
}

void report_log(struct shell *shell, const char *argument)
{
    if (!CONFIG_LOG) {
        shell_print(shell, "this image is built without LOG\n");
        return;
    }
    if (!argument) {
        print_records(shell);
        print_levels(shell);
        return;
    }
    char module[LOG_MODULE_MAX + 1] = "";
    const char *blank = strchr(argument, ' ');
    const char *name = blank ? blank + 1 : argument;
    if (blank)
        strncpy(module, argument,
                blank - argument < LOG_MODULE_MAX ? (size_t)(blank - argument) : LOG_MODULE_MAX);
    unsigned level = find_level(name);
    if (level == LEVEL_COUNT) {
        shell_print(shell, "log: no level \"%s\": error, warning, info or debug\n", name);
        return;
    }
    enum status status = log_level_set(blank ? module : NULL, level);
    if (status == ERR_INVALID)
        shell_print(shell, "log: %s is not compiled in: LOG_LEVEL is %d\n", name, CONFIG_LOG_LEVEL);
    else if (status)
        shell_print(shell, "log: only %d modules can have a level of their own: LOG_MODULES\n",
                    CONFIG_LOG_MODULES);
    else
        print_levels(shell);
}
