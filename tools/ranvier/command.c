/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the commands have in common (command.h).
 */
#include "command.h"

#include "link.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void say(const char *format, va_list arguments)
{
    fputs("ranvier: ", stderr);
    vfprintf(stderr, format, arguments);
}

int command_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    putc('\n', stderr);
    return COMMAND_FAILED;
}

int command_refuse(const struct command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    fprintf(stderr, "; see `ranvier %s --help`\n", command->name);
    return COMMAND_USAGE;
}

int command_option(const struct command *command, int count, char **words,
                   const struct option *options)
{
    int option = getopt_long(count, words, ":", options, NULL);
    if (option == ':')
        command_refuse(command, "%s wants an argument", words[optind - 1]);
    else if (option == '?')
        command_refuse(command, "there is no option %s", words[optind - 1]);
    return option == ':' ? '?' : option;
}

bool command_number(const char *text, int most, int *number)
{
    char *end;
    const long value = strtol(text, &end, 10);
    if (end == text || *end || value < 0 || value > most)
        return false;
    *number = (int)value;
    return true;
}

/* getopt_long has swallowed a `--`, behind which the words are a command. */
const char *command_link(struct link *link, int count, char **words)
{
    const bool command = optind > 1 && strcmp(words[optind - 1], "--") == 0;
    const int first = command ? optind - 1 : optind;
    return link_parse(link, count - first, words + first);
}

int command_link_status(const struct link *link)
{
    if (!link->command)
        return COMMAND_OK;
    if (WIFSIGNALED(link->status))
        return command_fail("%s was ended by signal %d", link->name, WTERMSIG(link->status));
    return WEXITSTATUS(link->status);
}
