/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The console's task: waits for input or log lines, feeds the editor, runs commands. Where its
 * device is the board's console it also writes the log, around the line that is being edited.
 */
#include <services/console/console.h>

#include "commands.h"
#include "editor.h"

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/serial.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <string.h>

struct console {
    const struct device *device;
    struct capability_holder *holder;
    struct event activity; /* input, or something in the log */
    struct event writable;
    struct editor editor;
    bool writes_log; /* its device is the board's console */
    char prompt[48];
};

static struct console console;

static void write_all(struct console *to, const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;
    while (length) {
        size_t taken = serial(to->device)->write(to->device, bytes, length);
        bytes += taken;
        length -= taken;
        if (length)
            event_wait(&to->writable, CLOCK_NEVER);
    }
}

/* Collects formatted text, so that the device is not called for every byte. */
struct print_sink {
    struct format_sink sink; /* first: put converts back */
    struct console *console;
    size_t length;
    char buffer[64];
};

static void print_flush(struct print_sink *to)
{
    write_all(to->console, to->buffer, to->length);
    to->length = 0;
}

static void print_put(struct format_sink *sink, char character)
{
    struct print_sink *to = (struct print_sink *)sink;
    if (to->length + 2 > sizeof(to->buffer))
        print_flush(to);
    if (character == '\n')
        to->buffer[to->length++] = '\r';
    to->buffer[to->length++] = character;
}

void console_print(struct console *to, const char *format, ...)
{
    struct print_sink sink = {.sink = {print_put}, .console = to};
    va_list arguments;
    va_start(arguments, format);
    format_write(&sink.sink, format, arguments);
    va_end(arguments);
    print_flush(&sink);
}

struct capability_holder *console_holder(const struct console *from)
{
    return from->holder;
}

static void write_terminal(void *context, const char *text, size_t length)
{
    write_all(context, text, length);
}

/* Writes what the log has. Returns whether there was anything; before the first of it calls `hide`.
 */
static bool write_log(struct console *to, void (*hide)(struct editor *editor))
{
    char text[64];
    bool any = false;
    for (size_t length; (length = log_read(text, sizeof(text))) > 0; any = true) {
        if (!any && hide)
            hide(&to->editor);
        write_all(to, text, length);
    }
    return any;
}

static void take_byte(struct console *from, uint8_t byte)
{
    switch (editor_feed(&from->editor, byte)) {
    case EDITOR_MORE:
        return;
    case EDITOR_LINE:
        command_run(from, from->editor.line);
        break;
    case EDITOR_TOO_LONG:
        console_print(from, "line refused: longer than %d bytes\n", CONFIG_CONSOLE_LINE);
        break;
    case EDITOR_CANCELLED:
        break;
    }
    if (from->writes_log)
        write_log(from, NULL);
    editor_begin(&from->editor);
    task_yield();
}

static void greet(struct console *to)
{
    console_print(to, "\nRanvier " RANVIER_VERSION " on %s: %s\n", board.name, board.summary);
    console_print(to, "%lu us from entry to prompt. Type help.\n",
                  (unsigned long)(clock_now() / 1000));
}

static void start(struct console *to, const struct service *service)
{
    const struct console_config *config = service->config;
    const struct editor_terminal terminal = {.write = write_terminal, .context = to};
    to->device = config->device;
    to->holder = service->holder;
    format_text(to->prompt, sizeof(to->prompt), "%s> ", board.name);
    editor_init(&to->editor, to->prompt, &terminal, command_name);
    serial(to->device)->listen(to->device, &to->activity, &to->writable);
    to->writes_log = to->device == board.console;
    if (to->writes_log)
        log_follow(&to->activity);
}

/* Bytes are read one at a time: what follows a `reboot` is left for who comes up then. */
void console_main(const struct service *service)
{
    start(&console, service);
    if (console.writes_log)
        write_log(&console, NULL);
    greet(&console);
    editor_begin(&console.editor);
    for (;;) {
        uint8_t byte;
        if (serial(console.device)->read(console.device, &byte, 1)) {
            take_byte(&console, byte);
            continue;
        }
        if (console.writes_log && write_log(&console, editor_hide))
            editor_show(&console.editor);
        event_wait(&console.activity, CLOCK_NEVER);
    }
}
