/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A fixed number of places for spawned sessions; their stacks and Forth tasks are pages of the
 * service's. A place that has ended is taken back by the next who asks, never by its own task.
 *
 *   free --spawned_start--> running --the word or spawned_kill ends it--> ended --spawned_reap-->
 * free
 */
#include "spawned.h"

#include "console.h"
#include "ports.h"

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/memory.h>
#include <kernel/task.h>
#include <string.h>

enum { LINE = 80 }; /* bytes of a line of output; longer ones are cut in two */

struct spawned {
    struct shell shell; /* first: session operations convert back */
    struct task task;
    struct spawned_work work;
    unsigned id; /* 0: free */
    uint8_t *stack;
    struct shell_port *port; /* where it prints; NULL: at the console */
    size_t length;           /* of the line that is not ended yet */
    char line[LINE + 2];
    char name[16];
};

static struct spawned places[CONFIG_SHELL_TASKS];
static unsigned last_id;

/* Hands over the line, which has ended or not. Where the port is gone, output is lost. */
static void flush(struct spawned *from, bool ended)
{
    size_t length = from->length;
    from->length = 0;
    if (!from->port) {
        console_note(from->shell.console, from->name, from->line, length);
        return;
    }
    if (ended)
        memcpy(from->line + length, "\r\n", 2);
    shell_port_write(from->port, &from->shell, from->line, length + (ended ? 2 : 0));
}

static void print_line(struct shell *shell, const char *text, size_t length)
{
    struct spawned *from = (struct spawned *)shell;
    for (size_t i = 0; i < length; i++) {
        if (text[i] != '\n')
            from->line[from->length++] = text[i];
        if (text[i] == '\n' || from->length == LINE)
            flush(from, text[i] == '\n');
    }
}

/* It has no input: nobody could tell whom a key was meant for. */
static int take_no_line(struct shell *shell, bool source, char *text, size_t size)
{
    (void)shell;
    (void)source;
    (void)text;
    (void)size;
    return -1;
}

static int have_no_key(struct shell *shell, bool take)
{
    (void)shell;
    return take ? -1 : 0;
}

static enum status sleep_until(struct shell *shell, uint64_t deadline)
{
    (void)shell;
    if (task_is_cancelled())
        return ERR_CANCELLED;
    return deadline ? task_sleep_until(deadline) : OK;
}

static const struct shell_operations spawned_operations = {
    .print = print_line,
    .take_line = take_no_line,
    .key = have_no_key,
    .pause = sleep_until,
};

/* A port of its own where there is a mux with one free; it says which at the console. */
static void open_port(struct spawned *self)
{
    const uint16_t number = (uint16_t)(CONFIG_SHELL_TASK_PORT + (self - places));
    self->port = NULL;
    if (shell_port_open(&self->shell, number, &self->port)) {
        self->port = NULL;
        return;
    }
    char text[24];
    format_text(text, sizeof(text), "prints on port %u", number);
    console_note(self->shell.console, self->name, text, strlen(text));
}

static void spawned_main(void *argument)
{
    struct spawned *self = argument;
    open_port(self);
    do {
        if (self->work.delay && sleep_until(&self->shell, clock_now() + self->work.delay))
            break;
    } while (!forth_start(self->shell.forth, self->work.xt) && session_run(&self->shell) &&
             self->work.repeats);
    if (self->length)
        flush(self, false);
    forth_tokens_release_all(self->shell.forth);
    if (self->port)
        shell_port_close(self->port);
}

static unsigned stack_order(const struct spawned *place)
{
    return page_order(&memory_pages, place->shell.service->stack.size);
}

static enum status start_task(struct spawned *place)
{
    const struct stack *like = &place->shell.service->stack;
    void *stack;
    enum status status = page_allocate(&memory_pages, memory_owner(place->shell.service),
                                       stack_order(place), &stack);
    if (status)
        return status;
    place->stack = stack;
    format_text(place->name, sizeof(place->name), "forth-%u", last_id + 1);
    const struct task_parameters parameters = {
        .name = place->name,
        .stack = {.base = place->stack, .size = like->size, .guard = like->guard},
        .priority = place->shell.service->priority,
        .entry = spawned_main,
        .argument = place,
    };
    status = task_spawn(&place->task, &parameters);
    if (status)
        page_free(&memory_pages, stack, stack_order(place));
    return status;
}

enum status spawned_start(const struct shell *parent, const struct spawned_work *work, unsigned *id)
{
    struct spawned *place = places;
    spawned_reap();
    while (place < places + CONFIG_SHELL_TASKS && place->id)
        place++;
    if (place == places + CONFIG_SHELL_TASKS)
        return ERR_LIMIT;
    place->shell = (struct shell){
        .operations = &spawned_operations, .service = parent->service, .console = parent->console};
    place->work = *work;
    place->length = 0;
    enum status status = session_open(&place->shell, parent);
    if (status)
        return status;
    status = start_task(place);
    if (status) {
        session_close(&place->shell);
        return status;
    }
    place->id = *id = ++last_id;
    return OK;
}

enum status spawned_kill(unsigned id)
{
    for (size_t i = 0; i < CONFIG_SHELL_TASKS; i++) {
        if (!id || places[i].id != id || places[i].task.state == TASK_EXITED)
            continue;
        task_cancel(&places[i].task);
        return OK;
    }
    return ERR_NOT_FOUND;
}

void spawned_reap(void)
{
    for (size_t i = 0; i < CONFIG_SHELL_TASKS; i++) {
        struct spawned *place = &places[i];
        if (!place->id || task_forget(&place->task))
            continue;
        session_close(&place->shell);
        page_free(&memory_pages, place->stack, stack_order(place));
        place->id = 0;
    }
}
