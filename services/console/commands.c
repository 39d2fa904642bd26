/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The table of commands, the way from a line to one of them, and those that act.
 */
#include "commands.h"

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/panic.h>
#include <kernel/power.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NAME_LIMIT = 16 }; /* bytes of a name that nearest looks at */

static void run_help(struct console *console, const char *argument);
static void run_panic(struct console *console, const char *argument);
static void run_reboot(struct console *console, const char *argument);
static void run_poweroff(struct console *console, const char *argument);

static const struct command commands[] = {
    {"help", "", "List the commands", run_help},
    {"board", "", "The board, its CPU and memory, the configuration's hash", report_board},
    {"devices", "", "Devices, in the order of their start", report_devices},
    {"services", "", "Services, in the order of their start", report_services},
    {"tasks", "", "Tasks, their parents, share of the CPU and use of stacks", report_tasks},
    {"mem", "", "Memory map, image, use of stacks", report_memory},
    {"irq", "", "Interrupts and how often they came", report_interrupts},
    {"uptime", "", "Time since the image's entry", report_uptime},
    {"node", "", "This node, as the status service tells", report_node},
    {"config", "[PREFIX]", "Kconfig symbols and where each value came from", report_config},
    {"panic", "[KIND]", "Panic, or null|write-code|execute-data|stack-overflow", run_panic},
    {"reboot", "", "Start the board anew", run_reboot},
    {"poweroff", "", "End the run", run_poweroff},
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const struct {
    const char *name;
    enum arch_fault_kind kind;
} faults[] = {
    {"null", FAULT_NULL},
    {"write-code", FAULT_WRITE_CODE},
    {"execute-data", FAULT_EXECUTE_DATA},
    {"stack-overflow", FAULT_STACK_OVERFLOW},
};

static void run_help(struct console *console, const char *argument)
{
    (void)argument;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        console_print(console, "  %-8s %-8s  %s\n", commands[i].name, commands[i].arguments,
                      commands[i].summary);
}

static void run_panic(struct console *console, const char *argument)
{
    if (!argument)
        panic("asked for at the console");
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        if (strcmp(faults[i].name, argument) != 0)
            continue;
        arch_provoke_fault(faults[i].kind);
        panic("%s was not caught: this board does not protect against it", argument);
    }
    console_print(console,
                  "panic: no kind \"%s\": null, write-code, execute-data or stack-overflow\n",
                  argument);
}

static void run_reboot(struct console *console, const char *argument)
{
    (void)console;
    (void)argument;
    power_reset();
}

static void run_poweroff(struct console *console, const char *argument)
{
    (void)console;
    (void)argument;
    power_off(0);
}

const char *command_name(size_t index)
{
    return index < COMMAND_COUNT ? commands[index].name : NULL;
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

static const struct command *find(const char *word)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, word) == 0)
            return &commands[i];
    return NULL;
}

/* Cuts the next word off `*line`; NULL if there is none. */
static char *next_word(char **line)
{
    char *word = *line + strspn(*line, " \t");
    size_t length = strcspn(word, " \t");
    if (!length)
        return NULL;
    *line = word + length;
    if (**line)
        *(*line)++ = '\0';
    return word;
}

void command_run(struct console *console, char *line)
{
    const char *word = next_word(&line);
    if (!word)
        return;
    const struct command *command = find(word);
    if (!command) {
        const struct command *near = nearest(word);
        console_print(console, "no command \"%s\"", word);
        if (near)
            console_print(console, ": did you mean %s?\n", near->name);
        else
            console_print(console, ": help lists them\n");
        return;
    }
    const char *argument = next_word(&line);
    if ((argument && !*command->arguments) || next_word(&line)) {
        console_print(console, "usage: %s%s%s\n", command->name, *command->arguments ? " " : "",
                      command->arguments);
        return;
    }
    command->run(console, argument);
}
