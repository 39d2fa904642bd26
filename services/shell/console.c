/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The console's two states: it waits for a line, which the editor has, or the line's words run.
 * While they run, what is typed is kept, and ^C ends them.
 */
#include "console.h"

#include "spawned.h"

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <kernel/task.h>
#include <kernel/version.h>
#include <shell_config.h>
#include <string.h>

enum { CONTROL_C = 3, NOTE_RETRY = 5000000 /* ns */ };

static struct console *console_of(struct shell *shell)
{
    return (struct console *)shell;
}

static void print_text(struct shell *shell, const char *text, size_t length)
{
    char piece[64];
    size_t filled = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n')
            piece[filled++] = '\r';
        piece[filled++] = text[i];
        if (filled + 2 > sizeof(piece) || i + 1 == length) {
            terminal_write(&console_of(shell)->terminal, piece, filled);
            filled = 0;
        }
    }
}

/* The next byte that was typed; false if there is none. Bytes are read one at a time: what follows
 * a `reboot` is left for who comes up then. */
static bool take_byte(struct console *console, uint8_t *byte)
{
    return ring_take(&console->ahead, byte) || console->terminal.read(&console->terminal, byte, 1);
}

/* Keeps what is typed while words run; true if ^C was, which also drops what came before it. What
 * there is no room for is refused with a bell. */
static bool was_interrupted(struct console *console)
{
    uint8_t byte;
    while (console->terminal.read(&console->terminal, &byte, 1)) {
        if (byte == CONTROL_C) {
            ring_init(&console->ahead, console->typed, sizeof(console->typed));
            console->script = NULL;
            terminal_write(&console->terminal, "^C\r\n", 4);
            console->shell.column = 0;
            return true;
        }
        if (!ring_put(&console->ahead, byte))
            terminal_write(&console->terminal, "\a", 1);
    }
    return false;
}

static size_t take_notes(struct console *console, char *text)
{
    bool enabled = lock_acquire(&console->lock);
    size_t length = console->notes_length;
    memcpy(text, console->notes, length);
    console->notes_length = 0;
    lock_release(&console->lock, enabled);
    return length;
}

static bool add_note(struct console *console, const char *name, const char *text, size_t length)
{
    size_t name_length = strlen(name), all = name_length + length + 4;
    bool enabled = lock_acquire(&console->lock);
    bool fits = all <= CONSOLE_NOTES - console->notes_length;
    if (fits) {
        char *at = console->notes + console->notes_length;
        memcpy(at, name, name_length);
        memcpy(at + name_length, ": ", 2);
        memcpy(at + name_length + 2, text, length);
        memcpy(at + all - 2, "\r\n", 2);
        console->notes_length += all;
    }
    lock_release(&console->lock, enabled);
    return fits;
}

void console_note(struct console *console, const char *name, const char *text, size_t length)
{
    while (!add_note(console, name, text, length))
        if (task_sleep_until(clock_now() + NOTE_RETRY))
            return;
    event_signal(&console->terminal.activity);
}

/* Makes room on the terminal before the first piece of news. */
static void begin_news(struct console *console, bool *any)
{
    if (!*any && console->waits_for_line)
        editor_hide(&console->editor);
    *any = true;
}

/* Shows log and notes, the line that is being edited below them. */
static void show_news(struct console *console)
{
    char text[CONSOLE_NOTES];
    size_t length;
    bool any = false;
    while (console->writes_log && (length = log_read(&console->log, text, sizeof(text))) > 0) {
        begin_news(console, &any);
        terminal_write(&console->terminal, text, length);
    }
    if ((length = take_notes(console, text)) > 0) {
        begin_news(console, &any);
        terminal_write(&console->terminal, text, length);
    }
    if (any && console->waits_for_line)
        editor_show(&console->editor);
}

/* Waits for a byte; false if the service is to end. */
static bool wait_byte(struct console *console, uint8_t *byte)
{
    while (!take_byte(console, byte)) {
        if (console->waits_for_line)
            show_news(console);
        if (event_wait(&console->terminal.activity, CLOCK_NEVER) == ERR_CANCELLED)
            return false;
    }
    return true;
}

/* Has the editor read a line into editor.line; false if it was given up. */
static bool edit_line(struct console *console, const char *prompt)
{
    uint8_t byte;
    for (;;) {
        console->editor.prompt = prompt;
        editor_begin(&console->editor);
        enum editor_result result = EDITOR_MORE;
        while (result == EDITOR_MORE) {
            if (!wait_byte(console, &byte))
                return false;
            result = editor_feed(&console->editor, byte);
        }
        console->shell.column = 0;
        if (result != EDITOR_TOO_LONG)
            return result == EDITOR_LINE;
        shell_print(&console->shell, "line refused: longer than %d bytes\n", CONFIG_SHELL_LINE);
    }
}

/* The next line of the script; false after the last. */
static bool take_script_line(struct console *console, const char **line, size_t *length)
{
    if (!console->script || !*console->script)
        return false;
    *line = console->script;
    *length = strcspn(*line, "\n");
    console->script += *length + ((*line)[*length] == '\n');
    return true;
}

static int take_line(struct shell *shell, bool source, char *text, size_t size)
{
    struct console *console = console_of(shell);
    const char *line = console->editor.line;
    size_t length;
    if (!source || !take_script_line(console, &line, &length)) {
        if (!edit_line(console, source ? console->prompt : "")) {
            forth_interrupt(shell->forth);
            return -1;
        }
        length = console->editor.length;
    }
    if (source && length > size)
        return -1;
    length = length < size ? length : size;
    memcpy(text, line, length);
    return (int)length;
}

static int key(struct shell *shell, bool take)
{
    struct console *console = console_of(shell);
    uint8_t byte = CONTROL_C;
    if (!take) {
        if (was_interrupted(console))
            forth_interrupt(shell->forth);
        return ring_used(&console->ahead) > 0;
    }
    if (wait_byte(console, &byte) && byte != CONTROL_C)
        return byte;
    forth_interrupt(shell->forth);
    return -1;
}

static enum status pause_until(struct shell *shell, uint64_t deadline)
{
    struct console *console = console_of(shell);
    for (;;) {
        if (was_interrupted(console))
            return ERR_CANCELLED;
        if (!shell->column)
            show_news(console);
        if (clock_now() >= deadline)
            return OK;
        if (event_wait(&console->terminal.activity, deadline) == ERR_CANCELLED)
            return ERR_CANCELLED;
    }
}

static const struct shell_operations console_operations = {
    .print = print_text,
    .take_line = take_line,
    .key = key,
    .pause = pause_until,
};

static void editor_writes(void *context, const char *text, size_t length)
{
    struct console *console = context;
    terminal_write(&console->terminal, text, length);
}

static const char *completion(void *context, size_t index, size_t *length)
{
    const struct console *console = context;
    return forth_name(console->shell.forth, index, length);
}

static void greet(struct shell *to)
{
    shell_print(to, "\nRanvier " RANVIER_VERSION " on %s: %s\n", board.name, board.summary);
    shell_print(to, "%lu us from entry to prompt. Type help.\n",
                (unsigned long)(clock_now() / 1000));
}

enum status console_open(struct console *console, const struct service *service)
{
    const struct editor_terminal terminal = {
        .write = editor_writes, .candidate = completion, .context = console};
    console->shell =
        (struct shell){.operations = &console_operations, .service = service, .console = console};
    ring_init(&console->ahead, console->typed, sizeof(console->typed));
    editor_init(&console->editor, console->prompt, &terminal);
    if (console->writes_log)
        log_follow(&console->log, &console->terminal.activity);
    show_news(console);
    enum status status = session_open(&console->shell, NULL);
    const struct shell_config *config = service->config;
    if (status == OK && config->banner)
        greet(&console->shell);
    return status;
}

static void run_script(struct console *console)
{
    const char *line;
    size_t length;
    while (take_script_line(console, &line, &length))
        if (!session_line(&console->shell, line, length))
            break;
    console->script = NULL;
}

void console_run(struct console *console, const char *start)
{
    console->script = start;
    for (;;) {
        run_script(console);
        session_end_line(&console->shell);
        spawned_reap();
        show_news(console);
        format_text(console->prompt, sizeof(console->prompt), "%s> %s", board.name,
                    forth_compiling(console->shell.forth) ? ": " : "");
        console->waits_for_line = true;
        bool taken = edit_line(console, console->prompt);
        console->waits_for_line = false;
        if (taken)
            session_line(&console->shell, console->editor.line, console->editor.length);
        else if (task_is_cancelled())
            return;
        task_yield();
    }
}
