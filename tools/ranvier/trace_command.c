/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier trace`: the records of a board's log as they come over the trace port, decoded, and as a
 * file for Perfetto or Chrome.
 */
#include "command.h"
#include "perfetto.h"
#include "trace.h"
#include "wire.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRACE_PORT = 3, LEVELS = 4, MODULES_MAX = 16, JUST_BEAT = 0xff };

struct output {
    struct wire wire;
    struct trace_decoder decoder;
    struct json json;
    struct perfetto perfetto;
    bool as_json, to_perfetto, coloured;
    int level; /* of the least important that is shown */
    int span;  /* that is shown; 0: all */
    const char *modules[MODULES_MAX];
    size_t module_count;
    int set;    /* level to set on the board; -1: as it is */
    size_t bad; /* records that cannot be decoded */
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static bool is_wanted(const struct output *output, const struct trace_event *event)
{
    bool named = output->module_count == 0;
    for (size_t i = 0; i < output->module_count && event->module; i++)
        named |= strcmp(event->module, output->modules[i]) == 0;
    if (event->kind == TRACE_HEARTBEAT || event->kind == TRACE_REGISTER_META)
        return false;
    if (event->kind == TRACE_DISCARDED)
        return true;
    if (output->span && event->span != (uint64_t)output->span &&
        event->parent != (uint64_t)output->span)
        return false;
    return (int)event->level <= output->level && (named || !event->module);
}

static void show(const struct output *output, const struct trace_event *event)
{
    static const char *const colours[LEVELS] = {"\033[31m", "\033[33m", "", "\033[2m"};
    if (output->coloured)
        fputs(colours[event->level], stdout);
    trace_print(stdout, event);
    if (output->coloured)
        fputs("\033[0m", stdout);
}

static void on_data(void *context, uint16_t port, const uint8_t *data, size_t size)
{
    struct output *output = context;
    struct trace_event event;
    wire_taken(&output->wire, port);
    const char *trouble = trace_decode(&output->decoder, data, size, &event);
    if (trouble) {
        command_fail("a record of %zu bytes %s", size, trouble);
        output->bad++;
        return;
    }
    if (output->to_perfetto)
        perfetto_add(&output->perfetto, &event);
    if (!is_wanted(output, &event))
        return;
    if (output->as_json)
        trace_print_json(&output->json, &event);
    else
        show(output, &event);
    fflush(stdout);
}

/* A panic's report and its like are not part of the trace, but nobody should miss them. */
static void on_text(void *context, const uint8_t *text, size_t size)
{
    (void)context;
    fwrite(text, 1, size, stderr);
}

/* Each time that the port comes up: the level, or that heartbeats are wanted. */
static void on_port(void *context, uint16_t port, bool open)
{
    struct output *output = context;
    const uint8_t level = output->set < 0 ? JUST_BEAT : (uint8_t)output->set;
    if (port == TRACE_PORT && open)
        wire_send(&output->wire, TRACE_PORT, &level, 1);
}

static int level_of(const char *name)
{
    for (unsigned level = 0; level < LEVELS; level++)
        if (strcmp(name, trace_level_name(level)) == 0)
            return (int)level;
    return -1;
}

/* What the options say; a usage error's status, or COMMAND_OK. */
static int read_options(const struct command *self, int count, char **words, struct output *output,
                        const char **elf, const char **file, int *seconds)
{
    static const struct option options[] = {{"elf", required_argument, NULL, 'e'},
                                            {"level", required_argument, NULL, 'l'},
                                            {"module", required_argument, NULL, 'm'},
                                            {"span", required_argument, NULL, 's'},
                                            {"set", required_argument, NULL, 'S'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"perfetto", required_argument, NULL, 'p'},
                                            {"for", required_argument, NULL, 'f'},
                                            {0}};
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'e')
            *elf = optarg;
        else if (option == 'p')
            *file = optarg;
        else if (option == 'j')
            output->as_json = true;
        else if (option == 'm' && output->module_count < MODULES_MAX)
            output->modules[output->module_count++] = optarg;
        else if (option == 'm')
            return command_refuse(self, "more than %d modules", MODULES_MAX);
        else if (option == 'l' && (output->level = level_of(optarg)) < 0)
            return command_refuse(self, "%s is no level: error, warning, info, debug", optarg);
        else if (option == 'S' && (output->set = level_of(optarg)) < 0)
            return command_refuse(self, "%s is no level: error, warning, info, debug", optarg);
        else if (option == 's' && !command_number(optarg, INT32_MAX, &output->span))
            return command_refuse(self, "%s is no span's number", optarg);
        else if (option == 'f' && !command_number(optarg, 1000000, seconds))
            return command_refuse(self, "%s is no number of seconds", optarg);
    }
    return COMMAND_OK;
}

static int follow(struct output *output, int seconds)
{
    const struct wire_user user = {
        .data = on_data, .text = on_text, .port = on_port, .context = output};
    wire_read(&output->wire, TRACE_PORT, true);
    const char *trouble = wire_open(&output->wire, &user);
    if (trouble)
        return command_fail("%s: %s", output->wire.link.name, trouble);
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    const int64_t end = wire_now() + 1000 * (int64_t)seconds;
    bool up = true;
    while (up && !stopped && (!seconds || wire_now() < end))
        up = wire_step(&output->wire, 100);
    wire_close(&output->wire);
    const int status = up ? COMMAND_OK : command_link_status(&output->wire.link);
    return status == COMMAND_OK && output->bad ? COMMAND_FAILED : status;
}

static int run_trace(const struct command *self, int count, char **words)
{
    static struct output output;
    const char *elf_path = NULL, *file = NULL;
    int seconds = 0;
    struct elf elf;
    output = (struct output){.json = {.stream = stdout, .compact = true},
                             .level = LEVELS - 1,
                             .set = -1,
                             .coloured = isatty(STDOUT_FILENO)};
    int status = read_options(self, count, words, &output, &elf_path, &file, &seconds);
    if (status)
        return status;
    const char *trouble = command_link(&output.wire.link, count, words);
    if (trouble)
        return command_refuse(self, "%s", trouble);
    trouble = elf_path ? elf_open(&elf, elf_path) : NULL;
    if (trouble)
        return command_fail("%s: %s", elf_path, trouble);
    output.to_perfetto = file != NULL;
    if (file && !perfetto_open(&output.perfetto, file)) {
        if (elf_path)
            elf_close(&elf);
        return command_fail("%s: %s", file, strerror(errno));
    }
    trace_init(&output.decoder, elf_path ? &elf : NULL);
    status = follow(&output, seconds);
    if (file && !perfetto_close(&output.perfetto))
        status = command_fail("%s: %s", file, strerror(errno));
    trace_fini(&output.decoder);
    if (elf_path)
        elf_close(&elf);
    return status;
}

const struct command trace_command = {
    .name = "trace",
    .usage = "[OPTION]… LINK",
    .summary = "the log of a board as it is written, over its serial mux",
    .details =
        "  --elf ELF        the image's ELF file, build/BOARD/ranvier.elf, for places in the\n"
        "                   source, and for texts that the image is without (LOG_TEXT)\n"
        "  --level LEVEL    show only what is as important: error, warning, info, debug\n"
        "  --module NAME    show only this module; may be repeated\n"
        "  --span NUMBER    show only this span and those in it\n"
        "  --set LEVEL      have the board record up to this level\n"
        "  --json           one object a line\n"
        "  --perfetto FILE  all of it, as a file for ui.perfetto.dev or chrome://tracing\n"
        "  --for SECONDS    end after this time; otherwise Ctrl-C ends it\n"
        "\n" LINK_HELP "\nStatus 1 if a record cannot be decoded; that of the COMMAND where it "
        "ends.\n",
    .run = run_trace,
};
