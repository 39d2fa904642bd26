/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier console`: a board's shell on this terminal, over the serial mux or without it. Keys go
 * to the board as they are typed, whose shell edits the line; with --line they are edited here.
 */
#include "command.h"
#include "terminal.h"
#include "trace.h"
#include "wire.h"

#include <errno.h>
#include <gen/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    TRACE_PORT = 3,
    SHELL_PORT = 10,
    GUESS_TIME = 1500, /* ms in which a board with a mux has sent a frame: its greeting, at least */
    INPUT_MAX = 1 << 16, /* bytes that wait for the board */
    LINE_REST = 100      /* ms of silence after which a line without end is told: a prompt */
};

struct console {
    struct wire wire;
    int port;         /* of the shell; -1: not known yet */
    bool plain;       /* no mux was heard, and none is thought to be there: bytes as they are */
    bool quit, ended; /* ended: there is no more input */
    struct terminal terminal;
    uint8_t *input;
    size_t length;
    int wait;                 /* s of silence after the end of input, after which all was said */
    int64_t heard;            /* ms; when something was shown last */
    const struct elf *elf;    /* of the board's image: the log is shown, too; NULL */
    struct trace_decoder log; /* then */
    char line[TERMINAL_LINE]; /* what the shell has shown since its last line end */
    size_t line_length;
    bool as_json;
    struct json json;
};

static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
    (void)number;
    told_to_end = 1;
}

static void put(struct console *console, const void *text, size_t size)
{
    const uint8_t *bytes = text;
    console->heard = wire_now();
    while (size > 0) {
        const ssize_t count = write(STDOUT_FILENO, bytes, size);
        if (count < 0 && errno != EINTR && errno != EAGAIN) {
            console->quit = true; /* nobody reads any more */
            return;
        }
        if (count > 0) {
            bytes += count;
            size -= (size_t)count;
        }
    }
}

/* As an object: what the shell has shown of a line, which may go on. */
static void tell_line(struct console *console)
{
    if (console->line_length == 0)
        return;
    console->line[console->line_length] = '\0';
    json_open_object(&console->json, NULL);
    json_text(&console->json, "kind", "text");
    json_text(&console->json, "text", console->line);
    json_close_object(&console->json);
    console->quit |= fflush(stdout) != 0;
    console->line_length = 0;
}

/* Bytes of a line are collected, so that no character is cut; NUL and CR are left out. */
static void show_json(struct console *console, const uint8_t *bytes, size_t size)
{
    console->heard = wire_now();
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] && bytes[i] != '\r')
            console->line[console->line_length++] = (char)bytes[i];
        if (bytes[i] == '\n' || console->line_length == sizeof(console->line) - 1)
            tell_line(console);
    }
}

static void show(struct console *console, const uint8_t *bytes, size_t size)
{
    if (console->as_json) {
        show_json(console, bytes, size);
        return;
    }
    put(console, bytes, size);
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            console->line_length = 0;
        else if (console->line_length < sizeof(console->line))
            console->line[console->line_length++] = (char)bytes[i];
    }
}

/* Shows a record of the log as a line of its own, before the line that the shell is at. */
static void show_record(struct console *console, const uint8_t *record, size_t size)
{
    static const char erase[] = "\r\033[K", line_end[] = "\r\n";
    struct trace_event event;
    char *text = NULL;
    size_t length = 0;
    if (trace_decode(&console->log, record, size, &event) || event.kind == TRACE_HEARTBEAT ||
        event.kind == TRACE_REGISTER_META)
        return;
    if (console->as_json) {
        tell_line(console);
        trace_print_json(&console->json, &event);
        console->quit |= fflush(stdout) != 0;
        return;
    }
    FILE *stream = open_memstream(&text, &length);
    if (!stream)
        return;
    trace_print(stream, &event);
    fclose(stream);
    if (console->line_length)
        put(console, erase, strlen(erase));
    put(console, text, length ? length - 1 : 0); /* without its line end */
    put(console, line_end, strlen(line_end));
    put(console, console->line, console->line_length);
    free(text);
}

static void on_data(void *context, uint16_t port, const uint8_t *data, size_t size)
{
    struct console *console = context;
    if (port == TRACE_PORT)
        show_record(console, data, size);
    else
        show(console, data, size);
    wire_taken(&console->wire, port);
}

static void on_text(void *context, const uint8_t *text, size_t size)
{
    show(context, text, size);
}

static void on_connected(void *context, bool connected)
{
    const struct console *console = context;
    fprintf(stderr,
            connected ? "\r\nranvier: %s is back\r\n" : "\r\nranvier: %s is gone; waiting\r\n",
            console->wire.link.name);
}

static void take_input(struct console *console)
{
    uint8_t keys[1024];
    const ssize_t count = read(STDIN_FILENO, keys, sizeof(keys));
    if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
        console->ended = true;
    if (count <= 0)
        return;
    console->length +=
        terminal_keys(&console->terminal, keys, (size_t)count, console->input + console->length);
    console->quit |= console->terminal.quit;
}

/* Hands on what was typed, as far as the board takes it. */
static void send_input(struct console *console)
{
    struct wire *wire = &console->wire;
    size_t done = 0;
    if (console->port < 0 && !console->plain)
        return;
    if (console->plain && !wire->lost) {
        wire_send_raw(wire, console->input, console->length);
        done = console->length;
    }
    while (!console->plain && done < console->length &&
           wire_allows(wire, (uint16_t)console->port)) {
        size_t piece = console->length - done;
        if (piece > wire->frame - FRAME_HEADER)
            piece = wire->frame - FRAME_HEADER;
        wire_send(wire, (uint16_t)console->port, console->input + done, piece);
        done += piece;
    }
    console->length -= done;
    memmove(console->input, console->input + done, console->length);
}

/* Finds out whether the board has a mux, unless that was said. One that was slow is heard later. */
static void guess(struct console *console, int64_t since)
{
    const struct wire *wire = &console->wire;
    if (console->port < 0 && wire->muxed)
        console->port = SHELL_PORT;
    console->plain = console->port < 0 && (wire->raw || wire_now() - since > GUESS_TIME);
}

static bool all_was_said(const struct console *console)
{
    return console->ended && console->length == 0 &&
           wire_now() - console->heard > 1000 * console->wait;
}

/* Until the user leaves, the link ends for good or all was said. True in the second case. */
static bool converse(struct console *console)
{
    const int64_t since = wire_now();
    console->heard = since;
    while (!console->quit && !told_to_end && !all_was_said(console)) {
        struct pollfd polls[3];
        const bool watches = console->ended || (console->port < 0 && !console->plain) ||
                             (console->as_json && console->line_length);
        int timeout = watches ? 100 : 1000; /* a signal may come just before */
        size_t count = wire_poll_fill(&console->wire, polls, &timeout);
        const bool reads = !console->ended && console->length < INPUT_MAX / 2;
        polls[count] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
        if (poll(polls, count + reads, timeout) < 0 && errno != EINTR)
            return false;
        if (reads && polls[count].revents)
            take_input(console);
        if (!wire_handle(&console->wire))
            return true;
        guess(console, since);
        send_input(console);
        if (console->as_json && wire_now() - console->heard > LINE_REST)
            tell_line(console);
    }
    return false;
}

/* Opens the link and talks until the end. */
static int talk(struct console *console, bool edited)
{
    const struct wire_user user = {
        .data = on_data, .text = on_text, .connected = on_connected, .context = console};
    wire_read(&console->wire, (uint16_t)(console->port < 0 ? SHELL_PORT : console->port), true);
    if (console->elf)
        wire_read(&console->wire, TRACE_PORT, true);
    const char *trouble = wire_open(&console->wire, &user);
    if (trouble)
        return command_fail("%s: %s", console->wire.link.name, trouble);
    console->input = malloc(2 * INPUT_MAX);
    if (!console->input)
        return command_fail("out of memory");
    signal(SIGTERM, on_signal);
    signal(SIGHUP, on_signal);
    terminal_enter(&console->terminal, edited);
    const bool ended = converse(console);
    if (console->as_json)
        tell_line(console);
    terminal_leave(&console->terminal);
    wire_close(&console->wire);
    free(console->input);
    return ended ? command_link_status(&console->wire.link) : COMMAND_OK;
}

static int run_console(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"elf", required_argument, NULL, 'e'},
                                            {"raw", no_argument, NULL, 'r'},
                                            {"line", no_argument, NULL, 'l'},
                                            {"wait", required_argument, NULL, 'w'},
                                            {"json", no_argument, NULL, 'j'},
                                            {0}};
    static struct console console;
    struct elf elf;
    const char *path = NULL;
    bool edited = false;
    console.port = -1;
    console.wait = 1;
    console.json = (struct json){.stream = stdout, .compact = true};
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if (option == 'p' && !command_number(optarg, 65535, &console.port))
            return command_refuse(self, "%s is no port", optarg);
        if (option == 'w' && !command_number(optarg, 3600, &console.wait))
            return command_refuse(self, "%s is no number of seconds", optarg);
        if (option == 'e')
            path = optarg;
        console.wire.raw |= option == 'r';
        console.as_json |= option == 'j';
        edited |= option == 'l';
    }
    const bool raw = console.wire.raw;
    const char *trouble = command_link(&console.wire.link, count, words);
    if (trouble)
        return command_refuse(self, "%s", trouble);
    if (raw && console.port >= 0)
        return command_refuse(self, "--raw and --port exclude each other");
    if (path && (trouble = elf_open(&elf, path)))
        return command_fail("%s: %s", path, trouble);
    console.elf = path ? &elf : NULL;
    console.wire.shy = console.port < 0;
    trace_init(&console.log, console.elf);
    const int status = talk(&console, edited);
    trace_fini(&console.log);
    if (path)
        elf_close(&elf);
    return status;
}

const struct command console_command = {
    .name = "console",
    .usage = "[--port N | --raw] [--elf ELF] [--line] [--wait S] [--json] LINK",
    .summary = "talk to a board's shell on this terminal",
    .details =
        "  --port N  the shell's port of the serial mux (10 to 13; 10 if a mux is heard)\n"
        "  --raw     there is no mux: bytes as they are\n"
        "  --elf ELF show the board's log, too; ELF is build/BOARD/ranvier.elf\n"
        "  --line    edit lines here, with history, for a board whose shell doesn't\n"
        "  --wait S  end so many seconds after the last answer, where input has an end (1)\n"
        "  --json    lines, and records of the log, as objects, one a line\n"
        "\n" LINK_HELP
        "Ctrl-A X leaves, Ctrl-A H tells the keys. A lost link is opened again. Where standard\n"
        "input is no terminal, it ends a while after the last answer to its end.\n"
        "Exit status: of the COMMAND where there is one and it ends.\n",
    .run = run_console,
};
