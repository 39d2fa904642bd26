/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * ranvier-gen: from boards as YAML to one resolved model. Run from the root of the tree.
 */
#include "command.h"
#include <string.h>

static const struct command {
    const char *name;
    int (*run)(const struct options *options);
    bool wants_target;
    const char *arguments;
    const char *summary;
} commands[] = {
    {"generate", command_generate, true, "", "resolve a board: model.json, .config, config.h"},
    {"kconfig", command_kconfig, true, "", "only Kconfig.gen and .config, for menuconfig"},
    {"choices", command_choices, true, "", "keep what menuconfig changed"},
    {"savedefconfig", command_savedefconfig, true, "", "write the choices into the board's file"},
    {"explain", command_explain, true, "--key KEY", "where a value comes from and who uses it"},
    {"agents", command_agents, true, "", "print the agents' modules that are to be built"},
    {"check", command_check, false, "[BOARD…]", "read and resolve boards, write nothing"},
    {"interfaces", command_interfaces, false, "", "print every service's calls as JSON"},
    {"accept", command_accept, false, "[BREAK…]", "accept what interfaces are now"},
    {"list", command_list, false, "[--names]", "the boards there are"},
    {"new-board", command_new_board, false, "NAME LIKE", "begin a board's file"},
    {"target", command_target, false, "BOARD", "say whether there is such a board"},
    {"random-config", command_random_config, true, "--seed N", "print choices made at random"},
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void print_help(void)
{
    puts("usage: ranvier-gen COMMAND [--target BOARD] [--overlay FILE]… [--build FOLDER] …\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        printf("  %-13s %-9s  %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
}

static const struct command *find_command(struct arena *arena, const char *name)
{
    struct text_list names = {0};
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
        text_list_add(arena, &names, commands[i].name);
    }
    usage_error("there is no command %s%s", name, nearest_hint(arena, name, &names));
    return NULL;
}

/* Puts an option with its argument where it belongs; returns 0 or 2. */
static int take_option(struct arena *arena, struct options *options, const char *name,
                       const char *argument)
{
    static const char *known[] = {"--target", "--build", "--overlay", "--key", "--seed", "--names"};
    const struct text_list names = {known, 6};
    if (!text_list_has(&names, name))
        return usage_error("there is no option %s%s", name, nearest_hint(arena, name, &names));
    if (argument == NULL)
        return usage_error("%s wants an argument", name);
    if (strcmp(name, "--target") == 0)
        options->target = argument;
    else if (strcmp(name, "--build") == 0)
        options->build = argument;
    else if (strcmp(name, "--overlay") == 0)
        text_list_add(arena, &options->overlays, argument);
    else if (strcmp(name, "--key") == 0)
        options->key = argument;
    else
        options->seed = argument;
    return 0;
}

static int parse(struct arena *arena, int count, char **words, struct options *options)
{
    for (int i = 2; i < count; i++) {
        if (strcmp(words[i], "--names") == 0) {
            options->names = true;
        } else if (strncmp(words[i], "--", 2) == 0) {
            int status = take_option(arena, options, words[i], i + 1 < count ? words[i + 1] : NULL);
            if (status != 0)
                return status;
            i++;
        } else {
            text_list_add(arena, &options->arguments, words[i]);
        }
    }
    return 0;
}

static int run(struct arena *arena, int count, char **words)
{
    if (count < 2 || strcmp(words[1], "help") == 0 || strcmp(words[1], "--help") == 0) {
        print_help();
        return count < 2 ? 2 : 0;
    }
    const struct command *command = find_command(arena, words[1]);
    struct options options = {.command = words[1]};
    if (command == NULL)
        return 2;
    int status = parse(arena, count, words, &options);
    if (status == 0 && command->wants_target && options.target == NULL)
        status = usage_error("%s wants --target BOARD", command->name);
    if (status == 0 && command->wants_target)
        status = target_check(arena, options.target);
    if (status == 0)
        status = overlays_check(arena, &options.overlays);
    if (status != 0)
        return status;
    if (options.build == NULL && options.target != NULL)
        options.build = arena_printf(arena, "build/%s", options.target);
    return command->run(&options);
}

int main(int count, char **words)
{
    struct arena arena;
    arena_init(&arena);
    int status = run(&arena, count, words);
    arena_free(&arena);
    return status;
}
