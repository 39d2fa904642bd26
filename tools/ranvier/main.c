/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * ranvier: the host's side of a board. Finds the command that is asked for, by one word or several,
 * and runs it.
 */
#include "command.h"

#include <ctype.h>
#include <gen/diagnostic.h>
#include <gen/json.h>
#include <kernel/version.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int run_help(const struct command *self, int count, char **words);

static const struct command help_command = {
    .name = "help",
    .usage = "[--json] [COMMAND]",
    .summary = "list the commands, or say how one is used",
    .details = "  --json  one object a command\n",
    .run = run_help,
};

const struct command *const commands[] = {
    &agent_build_command,
    &agent_deploy_command,
    &agent_exec_command,
    &agent_input_command,
    &agent_inspect_command,
    &agent_list_command,
    &agent_logs_command,
    &agent_move_command,
    &agent_new_command,
    &agent_pack_command,
    &agent_remove_command,
    &agent_restore_command,
    &agent_resume_command,
    &agent_room_command,
    &agent_run_command,
    &agent_snapshot_command,
    &agent_start_command,
    &agent_stop_command,
    &agent_suspend_command,
    &call_command,
    &console_command,
    &help_command,
    &config_pack_command,
    &flash_command,
    &log_command,
    &mux_command,
    &ports_command,
    &top_command,
    &trace_command,
    NULL,
};

/* How many of `words` the command's name is made of, 0 if they begin with something else. */
static int match(const struct command *command, int count, char **words)
{
    const char *name = command->name;
    for (int i = 0; i < count; i++) {
        size_t length = strlen(words[i]);
        if (strncmp(name, words[i], length) != 0 || (name[length] != ' ' && name[length] != '\0'))
            return 0;
        if (name[length] == '\0')
            return i + 1;
        name += length + 1;
    }
    return 0;
}

static const struct command *find(int count, char **words, int *matched)
{
    for (size_t i = 0; commands[i]; i++)
        if ((*matched = match(commands[i], count, words)))
            return commands[i];
    return NULL;
}

/* Whether the name of the command has two words, and this is the first. */
static bool is_of_group(const struct command *command, const char *group)
{
    const size_t length = strlen(group);
    return strncmp(command->name, group, length) == 0 && command->name[length] == ' ';
}

static bool is_group(const char *word)
{
    size_t i = 0;
    while (commands[i] && !is_of_group(commands[i], word))
        i++;
    return commands[i] != NULL;
}

static int refuse_unknown(int count, char **words)
{
    const char *names[64];
    size_t known = 0;
    for (size_t i = 0; commands[i] && known < sizeof(names) / sizeof(names[0]); i++)
        names[known++] = commands[i]->name;
    const bool begins = is_group(words[0]);
    const char *nearest = begins ? NULL : nearest_name(words[0], names, known);
    if (begins && count < 2)
        command_fail("%s wants a second word; see `ranvier help %s`", words[0], words[0]);
    else if (begins)
        command_fail("there is no command %s %s; see `ranvier help %s`", words[0], words[1],
                     words[0]);
    else if (nearest)
        command_fail("there is no command %s; did you mean %s?", words[0], nearest);
    else
        command_fail("there is no command %s; see `ranvier help`", words[0]);
    return COMMAND_USAGE;
}

/* Those of the group; NULL: all. */
static void print_commands(const char *group)
{
    printf("usage: ranvier %s%sCOMMAND [ARGUMENT]…\n\n", group ? group : "", group ? " " : "");
    for (size_t i = 0; commands[i]; i++)
        if (!group || is_of_group(commands[i], group))
            printf("  %-15s %s\n", commands[i]->name, commands[i]->summary);
    puts("\n`ranvier COMMAND --help` tells more; `ranvier --version`.\n"
         "Exit status: 0 done, 1 failed, 2 wrong use.");
}

static void print_command(const struct command *command)
{
    printf("usage: ranvier %s%s%s\n\n%c%s.\n", command->name, *command->usage ? " " : "",
           command->usage, toupper((unsigned char)command->summary[0]), command->summary + 1);
    if (command->details)
        printf("\n%s", command->details);
}

static void print_command_json(const struct command *command)
{
    struct json json = {.stream = stdout, .compact = true};
    json_open_object(&json, NULL);
    json_text(&json, "command", command->name);
    json_text(&json, "usage", command->usage);
    json_text(&json, "summary", command->summary);
    json_close_object(&json);
}

static void print_commands_json(const char *group)
{
    for (size_t i = 0; commands[i]; i++)
        if (!group || is_of_group(commands[i], group))
            print_command_json(commands[i]);
}

static int run_help(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'}, {0}};
    bool json = false;
    for (int option; (option = command_option(self, count, words, options)) != -1; json = true)
        if (option == '?')
            return COMMAND_USAGE;
    count -= optind;
    words += optind;
    const char *group = count == 1 && is_group(words[0]) ? words[0] : NULL;
    if (!count || group) {
        if (json)
            print_commands_json(group);
        else
            print_commands(group);
        return COMMAND_OK;
    }
    int matched;
    const struct command *command = find(count, words, &matched);
    if (!command)
        return refuse_unknown(count, words);
    if (matched < count)
        return command_refuse(self, "%s is too much", words[matched]);
    if (json)
        print_command_json(command);
    else
        print_command(command);
    return COMMAND_OK;
}

static bool asks_for_help(int count, char **words)
{
    for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
        if (strcmp(words[i], "--help") == 0)
            return true;
    return false;
}

int main(int count, char **words)
{
    if (count < 2) {
        print_commands(NULL);
        return COMMAND_USAGE;
    }
    if (strcmp(words[1], "--version") == 0) {
        puts("ranvier " RANVIER_VERSION);
        return COMMAND_OK;
    }
    if (strcmp(words[1], "--help") == 0)
        return run_help(&help_command, 1, words);
    if (count == 3 && is_group(words[1]) && strcmp(words[2], "--help") == 0)
        return run_help(&help_command, 2, words);
    int matched;
    const struct command *command = find(count - 1, words + 1, &matched);
    if (!command)
        return refuse_unknown(count - 1, words + 1);
    if (asks_for_help(count - 1 - matched, words + 1 + matched)) {
        print_command(command);
        return COMMAND_OK;
    }
    return command->run(command, count - matched, words + matched);
}
