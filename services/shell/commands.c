/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The commands as Forth words, those that act, and what is said to a word that nobody knows.
 */
#include "commands.h"

#include "calls.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/last_panic.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <kernel/watchdog.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    NAME_LIMIT = 16,     /* bytes of a name that words_suggest compares */
    ARGUMENT_LIMIT = 63, /* bytes of an argument */
};

static void run_help(struct shell *shell, const char *argument);
static void run_panic(struct shell *shell, const char *argument);
static void run_fault(struct shell *shell, const char *argument);
static void run_reboot(struct shell *shell, const char *argument);
static void run_poweroff(struct shell *shell, const char *argument);

static const struct command commands[] = {
#define COMMAND(name, arguments, summary, run) {name, arguments, summary, run},
#include "commands.def"
#undef COMMAND
};

_Static_assert(sizeof(commands) / sizeof(commands[0]) == COMMAND_COUNT, "the same list");

static const struct {
    const char *name;
    enum arch_fault_kind kind;
} faults[] = {
    {"null", FAULT_NULL},
    {"write-code", FAULT_WRITE_CODE},
    {"execute-data", FAULT_EXECUTE_DATA},
    {"stack-overflow", FAULT_STACK_OVERFLOW},
};

static void print_command(struct shell *shell, const struct command *command)
{
    shell_print(shell, "  %-8s %-16s  %s\n", command->name, command->arguments, command->summary);
}

static void list_all(struct shell *shell)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        print_command(shell, &commands[i]);
    for (size_t i = 0; i < shell_calls.count; i++)
        shell_print(shell, "%s%s", i ? " " : "calls, of which `help NAME` tells more:\n  ",
                    shell_calls.words[i].name);
    if (shell_calls.count)
        shell_print(shell, "\n");
}

static void run_help(struct shell *shell, const char *argument)
{
    if (!argument) {
        list_all(shell);
        return;
    }
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, argument) == 0) {
            print_command(shell, &commands[i]);
            return;
        }
    for (size_t i = 0; i < shell_calls.count; i++)
        if (strcmp(shell_calls.words[i].name, argument) == 0) {
            const struct shell_call *call = shell_calls.words[i].data;
            shell_print(shell, "%s %s\n  %s\n", argument, call->stack, call->summary);
            return;
        }
    shell_print(shell,
                "help: it knows of no \"%s\"; words of Forth-2012 are as the standard says\n",
                argument);
}

static void provoke(struct shell *shell, const char *kind, bool in_kernel)
{
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strcmp(faults[i].name, kind) != 0)
            continue;
        if (in_kernel)
            arch_interrupts_disable();
        arch_provoke_fault(faults[i].kind);
        panic("%s was not caught: this board does not protect against it", kind);
    }
    shell_print(
        shell, "no kind \"%s\" of fault: null, write-code, execute-data or stack-overflow\n", kind);
}

/* Each line set in: it is not this run's report. */
static void print_last_panic(struct shell *shell)
{
    size_t length = 0;
    const char *text = CONFIG_PANIC_KEPT ? last_panic(&length) : NULL;
    if (!text)
        shell_print(shell, "no panic is known from before the start\n");
    for (size_t start = 0, at = 0; text && at < length; at++) {
        if (text[at] != '\n' && at + 1 < length)
            continue;
        shell_print(shell, "  %.*s\n", (int)(at - start + (text[at] != '\n')), text + start);
        start = at + 1;
    }
}

/* Where a watchdog ends it. */
static void hang(struct shell *shell)
{
    if (!watchdog_is_running()) {
        shell_print(shell, "no watchdog is running that would end it\n");
        return;
    }
    arch_interrupts_disable();
    for (;;)
        continue;
}

static void run_panic(struct shell *shell, const char *argument)
{
    if (!argument)
        panic("asked for at the console");
    if (strcmp(argument, "last") == 0) {
        print_last_panic(shell);
        return;
    }
    if (strcmp(argument, "hang") == 0) {
        hang(shell);
        return;
    }
    provoke(shell, argument, true);
}

static void run_fault(struct shell *shell, const char *argument)
{
    provoke(shell, argument ? argument : "", false);
}

static void run_reboot(struct shell *shell, const char *argument)
{
    (void)shell;
    (void)argument;
    power_reset();
}

static void run_poweroff(struct shell *shell, const char *argument)
{
    (void)shell;
    (void)argument;
    power_off(0);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static size_t limited_length(const char *text)
{
    size_t length = 0;
    while (length < NAME_LIMIT && text[length])
        length++;
    return length;
}

/* How many insertions, deletions and replacements make `b` of `a` (V. Levenshtein, 1965), of their
 * first NAME_LIMIT bytes. */
static unsigned distance(const char *a, const char *b)
{
    unsigned row[NAME_LIMIT + 1];
    size_t width = limited_length(b);
    for (size_t j = 0; j <= width; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; i < NAME_LIMIT && a[i]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t j = 1; j <= width; j++) {
            unsigned replaced = diagonal + (a[i] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replaced, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[width];
}

/* The command whose name begins with `word`, else is nearest to it; NULL if none is near. */
static const struct command *nearest(const char *word)
{
    const struct command *best = NULL;
    unsigned best_distance = (unsigned)limited_length(word) / 2 + 1;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        bool begins = strncmp(commands[i].name, word, strlen(word)) == 0;
        unsigned d = begins ? 0 : distance(word, commands[i].name);
        if (d < best_distance) {
            best = &commands[i];
            best_distance = d;
        }
    }
    return best;
}

void command_suggest(struct shell *shell, const char *word)
{
    const struct command *near = nearest(word);
    shell_print(shell, "no word \"%s\"", word);
    if (near)
        shell_print(shell, ": did you mean %s?\n", near->name);
    else
        shell_print(shell, ": help lists commands, words lists all\n");
}

/* Appends the line's next word, after a blank where it is not the first. */
static int take_word(struct forth *f, char argument[ARGUMENT_LIMIT + 1], size_t *length)
{
    size_t size;
    const char *word = forth_word(f, &size);
    size_t blank = *length && size ? 1 : 0;
    if (size > ARGUMENT_LIMIT - *length - blank)
        return THROW_STRING_OVERFLOW;
    if (blank)
        argument[(*length)++] = ' ';
    if (size)
        memcpy(argument + *length, word, size);
    *length += size;
    return 0;
}

/* Runs the command that the word's place in the table stands for. */
static int run_command(struct forth *f, forth_cell *s)
{
    const struct command *command = &commands[forth_running(f) - command_words];
    char argument[ARGUMENT_LIMIT + 1];
    size_t length = 0;
    int thrown = 0;
    (void)s;
    for (const char *c = command->arguments; *c && !thrown; c++)
        if (c == command->arguments || *c == ' ')
            thrown = take_word(f, argument, &length);
    if (thrown)
        return thrown;
    argument[length] = '\0';
    command->run(forth_context(f), length ? argument : NULL);
    return 0;
}

const struct forth_host_word command_words[COMMAND_COUNT] = {
#define COMMAND(name, arguments, summary, run) {name, run_command, 0, 0, NULL},
#include "commands.def"
#undef COMMAND
};
