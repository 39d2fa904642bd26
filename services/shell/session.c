/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Sessions, whatever they are for: memory, slices, errors.
 */
#include "session.h"

#include "blocks.h"
#include "ports.h"
#include "words.h"

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/memory.h>
#include <kernel/task.h>
#include <shell_config.h>
#include <string.h>

enum {
    THROW_STATUS = -1024, /* and below: the kernel's errors */
    NAME_LIMIT = 63,      /* bytes shown of a word that nobody knows */
};

static const struct forth_sizes sizes = {
    .data = CONFIG_SHELL_DATA,
    .code = CONFIG_SHELL_CODE,
    .words = CONFIG_SHELL_WORDS,
    .stack = CONFIG_SHELL_STACK,
    .returns = CONFIG_SHELL_STACK,
    .calls = CONFIG_SHELL_STACK,
    .tokens = CONFIG_SHELL_TOKENS,
};

/* Collects formatted text, so that nobody is called for every byte. */
struct print_sink {
    struct format_sink sink; /* first: put converts back */
    struct shell *shell;
    size_t length;
    char buffer[64];
};

static void write_text(struct shell *to, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        to->column = text[i] == '\n' ? 0 : to->column + 1;
    to->operations->print(to, text, length);
}

static void print_put(struct format_sink *sink, char character)
{
    struct print_sink *to = (struct print_sink *)sink;
    to->buffer[to->length++] = character;
    if (to->length < sizeof(to->buffer))
        return;
    write_text(to->shell, to->buffer, to->length);
    to->length = 0;
}

void shell_print(struct shell *to, const char *format, ...)
{
    struct print_sink sink = {.sink = {print_put}, .shell = to};
    va_list arguments;
    va_start(arguments, format);
    format_write(&sink.sink, format, arguments);
    va_end(arguments);
    write_text(to, sink.buffer, sink.length);
}

struct capability_holder *shell_holder(const struct shell *from)
{
    return from->service->holder;
}

void session_end_line(struct shell *shell)
{
    if (shell->column)
        write_text(shell, "\n", 1);
}

static void forth_writes(void *context, const char *text, size_t length)
{
    write_text(context, text, length);
}

static int forth_reads(void *context, bool source, char *text, size_t size)
{
    struct shell *shell = context;
    return shell->operations->take_line(shell, source, text, size);
}

/* A token stands for a capability of the session's or for a port. */
static void forth_releases(void *context, void *object)
{
    struct shell *shell = context;
    for (size_t i = 0; i < CONFIG_SHELL_TOKENS; i++) {
        struct capability *capability = &shell->capabilities[i];
        if (object != capability)
            continue;
        capability_drop(shell_holder(shell), *capability);
        capability->value = 0;
        return;
    }
    shell_port_close(object);
}

int session_throw(enum status status)
{
    return status ? THROW_STATUS - (int)status : 0;
}

static const char *forth_asks(forth_signed code)
{
    return code < THROW_STATUS ? status_text((enum status)(THROW_STATUS - code)) : NULL;
}

int session_pause(struct shell *shell, uint64_t deadline)
{
    if (!shell->operations->pause(shell, deadline))
        return 0;
    forth_interrupt(shell->forth);
    return THROW_INTERRUPT;
}

/* With buffers for blocks where the board's file says where these are kept. */
static struct forth_sizes sizes_of(const struct shell *shell)
{
    const struct shell_config *config = shell->service->config;
    struct forth_sizes own = sizes;
    own.buffers = config->blocks ? CONFIG_SHELL_BUFFERS : 0;
    return own;
}

enum status session_open(struct shell *shell, const struct shell *parent)
{
    const struct forth_sizes own = sizes_of(shell);
    shell->host = (struct forth_host){.context = shell,
                                      .write = forth_writes,
                                      .read = forth_reads,
                                      .release = forth_releases,
                                      .message = forth_asks,
                                      .words = words_tables,
                                      .word_tables = WORDS_TABLES,
                                      .blocks = own.buffers ? &shell_blocks : NULL};
    shell->column = 0;
    memset(shell->capabilities, 0, sizeof(shell->capabilities));
    size_t size = forth_memory(&own, &shell->host);
    unsigned order = page_order(&memory_pages, size);
    enum status status =
        page_allocate(&memory_pages, memory_owner(shell->service), order, &shell->memory);
    if (status)
        return status;
    status = parent ? forth_fork(&shell->forth, shell->memory, size, parent->forth, &shell->host)
                    : forth_create(&shell->forth, shell->memory, size, &own, &shell->host);
    if (status)
        page_free(&memory_pages, shell->memory, order);
    return status;
}

void session_close(struct shell *shell)
{
    const struct forth_sizes own = sizes_of(shell);
    forth_tokens_release_all(shell->forth);
    page_free(&memory_pages, shell->memory,
              page_order(&memory_pages, forth_memory(&own, &shell->host)));
    shell->forth = NULL;
}

/* What ended the run, for a person. */
static void report(struct shell *shell)
{
    size_t length, where_length;
    forth_signed code = forth_thrown(shell->forth);
    const char *message = forth_message(shell->forth, &length);
    const char *where = forth_where(shell->forth, &where_length);
    if (code == THROW_QUIT)
        return;
    session_end_line(shell);
    if (code == THROW_UNDEFINED && where_length) {
        char word[NAME_LIMIT + 1];
        size_t taken = where_length < NAME_LIMIT ? where_length : NAME_LIMIT;
        memcpy(word, where, taken);
        word[taken] = '\0';
        command_suggest(shell, word);
        return;
    }
    if (where_length && code != THROW_INTERRUPT && code != THROW_ABORT_TEXT) {
        write_text(shell, where, where_length);
        write_text(shell, ": ", 2);
    }
    write_text(shell, message, length);
    shell_print(shell, length ? " (%d)\n" : "%d\n", (int)code);
}

bool session_run(struct shell *shell)
{
    for (;;) {
        uint32_t fuel = CONFIG_SHELL_FUEL;
        enum forth_result result = forth_run(shell->forth, &fuel);
        if (result == FORTH_THROWN)
            report(shell);
        if (result != FORTH_OUT_OF_FUEL)
            return result == FORTH_DONE;
        task_yield();
        session_pause(shell, 0);
    }
}

bool session_line(struct shell *shell, const char *line, size_t length)
{
    if (!forth_line(shell->forth, line, length))
        return session_run(shell);
    shell_print(shell, "line refused: longer than 255 bytes\n");
    return false;
}
