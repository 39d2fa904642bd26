/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `ranvier top`: a board's tasks, memory, channels and losses, over and over, asked of its status
 * service. A task's share of the CPU is that since the page before, on the first since the start.
 */
#include "call.h"

#include <gen/json.h>
#include <inttypes.h>
#include <signal.h>
#include <status_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 256 }; /* of each kind */

/* What a board told at one time. */
struct page {
    struct status_node_reply node;
    struct status_drops_reply drops;
    struct status_usage_reply tasks[ROWS];
    struct status_memory_reply memory[ROWS];
    struct status_channel_reply channels[ROWS];
    size_t task_count, memory_count, channel_count;
};

struct top {
    struct caller caller;
    struct page pages[2];
    size_t now; /* which of them is the newer */
    bool has_before, as_json, live;
};

static volatile sig_atomic_t stopped;

static void stop(int number)
{
    (void)number;
    stopped = 1;
}

static enum status ask(struct top *top, size_t call, const void *request, void *reply)
{
    return call_service(&top->caller, &status_interface, call, request, reply, CALL_PATIENCE);
}

/* Asks for row after row, `size` bytes each, until there is none. The requests are alike. */
static enum status ask_rows(struct top *top, size_t call, void *rows, size_t size, size_t *count)
{
    struct status_usage_request request = {0};
    enum status status = OK;
    for (*count = 0; *count < ROWS; ++*count) {
        request.index = (uint16_t)*count;
        status = ask(top, call, &request, (char *)rows + *count * size);
        if (status)
            break;
    }
    return status == ERR_NOT_FOUND ? OK : status;
}

_Static_assert(sizeof(struct status_usage_request) == sizeof(struct status_memory_request) &&
                   sizeof(struct status_usage_request) == sizeof(struct status_channel_request),
               "one request for all");

static enum status ask_all(struct top *top, struct page *page)
{
    enum status status = ask(top, STATUS_CALL_NODE, NULL, &page->node);
    if (!status)
        status = ask(top, STATUS_CALL_DROPS, NULL, &page->drops);
    if (!status)
        status = ask_rows(top, STATUS_CALL_USAGE, page->tasks, sizeof(page->tasks[0]),
                          &page->task_count);
    if (!status)
        status = ask_rows(top, STATUS_CALL_MEMORY, page->memory, sizeof(page->memory[0]),
                          &page->memory_count);
    if (!status)
        status = ask_rows(top, STATUS_CALL_CHANNEL, page->channels, sizeof(page->channels[0]),
                          &page->channel_count);
    return status;
}

/* Of the time between the pages, in percent. A task in another's place began anew. */
static double share_of(const struct top *top, size_t index)
{
    const struct page *page = &top->pages[top->now], *before = &top->pages[!top->now];
    const struct status_usage_reply *task = &page->tasks[index], *was = &before->tasks[index];
    uint64_t time = page->node.uptime, ran = task->running;
    if (top->has_before && page->node.uptime > before->node.uptime && index < before->task_count &&
        strcmp(task->name, was->name) == 0 && was->running <= ran) {
        time -= before->node.uptime;
        ran -= was->running;
    }
    return time ? 100.0 * (double)ran / (double)time : 0;
}

static bool is_measured(const struct status_usage_reply *task)
{
    return !task->has_measured || task->measured;
}

static bool is_scored(const struct status_usage_reply *task)
{
    return !task->has_scored || task->scored;
}

static void print_tasks(const struct top *top, const struct page *page)
{
    printf("%-14s %-14s %4s %4s  %-9s %6s  %7s %10s  %s\n", "task", "parent", "core", "prio",
           "state", "CPU %", "harmony", "longest us", "stack");
    for (size_t i = 0; i < page->task_count; i++) {
        const struct status_usage_reply *task = &page->tasks[i];
        char share[16] = "-", score[16] = "-", longest[24] = "-";
        if (is_measured(task)) {
            snprintf(share, sizeof(share), "%.2f", share_of(top, i));
            snprintf(longest, sizeof(longest), "%" PRIu64, task->longest / 1000);
        }
        if (is_scored(task))
            snprintf(score, sizeof(score), "%u.%03u", task->harmony / 1000U, task->harmony % 1000U);
        printf("%-14s %-14s %4u %4u  %-9s %6s  %7s %10s  %u of %u\n", task->name, task->parent,
               task->core, task->priority, task->state, share, score, longest,
               (unsigned)task->stack_used, (unsigned)task->stack);
    }
}

static void print_page(const struct top *top)
{
    const struct page *page = &top->pages[top->now];
    if (top->live)
        fputs("\033[H\033[J", stdout);
    printf("%s, version %s, up %" PRIu64
           ".%03u s; %u log records and %u received bytes dropped\n\n",
           page->node.board, page->node.version, page->node.uptime / 1000000000,
           (unsigned)(page->node.uptime / 1000000 % 1000), (unsigned)page->drops.log,
           (unsigned)page->drops.serial);
    print_tasks(top, page);
    printf("\n%-14s %12s %12s %12s  %7s\n", "memory of", "used", "peak", "limit", "refused");
    for (size_t i = 0; i < page->memory_count; i++) {
        const struct status_memory_reply *row = &page->memory[i];
        char limit[24] = "-";
        if (row->limit < UINT32_MAX)
            snprintf(limit, sizeof(limit), "%" PRIu64, row->limit);
        printf("%-14s %12" PRIu64 " %12" PRIu64 " %12s  %7u\n", row->owner, row->used, row->peak,
               limit, (unsigned)row->refused);
    }
    printf("\n%-14s %7s %9s\n", "channel of", "waiting", "capacity");
    for (size_t i = 0; i < page->channel_count; i++)
        printf("%-14s %7u %9u\n", page->channels[i].name, page->channels[i].waiting,
               page->channels[i].capacity);
    fflush(stdout);
}

static void number_or_null(struct json *json, const char *key, bool known, uint64_t number)
{
    if (known)
        json_number(json, key, number);
    else
        json_null(json, key);
}

static void print_tasks_json(struct json *json, const struct top *top, const struct page *page)
{
    json_open_array(json, "tasks");
    for (size_t i = 0; i < page->task_count; i++) {
        const struct status_usage_reply *task = &page->tasks[i];
        json_open_object(json, NULL);
        json_text(json, "name", task->name);
        json_text(json, "parent", task->parent);
        json_text(json, "state", task->state);
        json_number(json, "core", task->core);
        json_number(json, "priority", task->priority);
        number_or_null(json, "running_ns", is_measured(task), task->running);
        number_or_null(json, "longest_ns", is_measured(task), task->longest);
        number_or_null(json, "cpu_ppm", is_measured(task), (uint64_t)(share_of(top, i) * 10000));
        json_number(json, "runs", task->runs);
        number_or_null(json, "harmony_thousandths", is_scored(task), task->harmony);
        json_number(json, "stack", task->stack);
        json_number(json, "stack_used", task->stack_used);
        json_close_object(json);
    }
    json_close_array(json);
}

static void print_page_json(const struct top *top)
{
    const struct page *page = &top->pages[top->now];
    struct json json = {.stream = stdout, .compact = true};
    json_open_object(&json, NULL);
    json_text(&json, "board", page->node.board);
    json_text(&json, "version", page->node.version);
    json_number(&json, "uptime_ns", page->node.uptime);
    json_number(&json, "log_dropped", page->drops.log);
    json_number(&json, "serial_dropped", page->drops.serial);
    print_tasks_json(&json, top, page);
    json_open_array(&json, "memory");
    for (size_t i = 0; i < page->memory_count; i++) {
        json_open_object(&json, NULL);
        json_text(&json, "owner", page->memory[i].owner);
        json_number(&json, "used", page->memory[i].used);
        json_number(&json, "peak", page->memory[i].peak);
        json_number(&json, "limit", page->memory[i].limit);
        json_number(&json, "refused", page->memory[i].refused);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_open_array(&json, "channels");
    for (size_t i = 0; i < page->channel_count; i++) {
        json_open_object(&json, NULL);
        json_text(&json, "name", page->channels[i].name);
        json_number(&json, "waiting", page->channels[i].waiting);
        json_number(&json, "capacity", page->channels[i].capacity);
        json_close_object(&json);
    }
    json_close_array(&json);
    json_close_object(&json);
    fflush(stdout);
}

/* Page after page; a board that is gone for a while is waited for. */
static int show(struct top *top, int seconds, int pages)
{
    for (int shown = 0; !stopped;) {
        top->now = !top->now;
        enum status status = ask_all(top, &top->pages[top->now]);
        if (status && status != ERR_CLOSED)
            return command_fail("%s: the status service: %s", top->caller.wire.link.name,
                                status_text(status));
        if (!status) {
            if (top->as_json)
                print_page_json(top);
            else
                print_page(top);
            if (++shown == pages)
                return COMMAND_OK;
        } else if (top->caller.wire.once) {
            return command_fail("%s has ended", top->caller.wire.link.name);
        }
        top->has_before = !status;
        const int64_t next = wire_now() + 1000 * (int64_t)seconds;
        while (!stopped && wire_now() < next)
            wire_step(&top->caller.wire, (int)(next - wire_now()));
    }
    return COMMAND_OK;
}

static int run_top(const struct command *self, int count, char **words)
{
    static const struct option options[] = {{"json", no_argument, NULL, 'j'},
                                            {"every", required_argument, NULL, 'e'},
                                            {"pages", required_argument, NULL, 'n'},
                                            CALL_OPTION,
                                            {0}};
    static struct top top;
    int seconds = 1, pages = 0, port = 0;
    for (int option; (option = command_option(self, count, words, options)) != -1;) {
        if (option == '?')
            return COMMAND_USAGE;
        if ((option == 'e' && (!command_number(optarg, 86400, &seconds) || !seconds)) ||
            (option == 'n' && !command_number(optarg, INT32_MAX, &pages)) ||
            (option == 'g' && !command_number(optarg, 254, &port)))
            return command_refuse(self, "%s is not a number that it takes", optarg);
        top.as_json |= option == 'j';
    }
    top.live = isatty(STDOUT_FILENO);
    int status = call_open(&top.caller, self, port, count, words);
    if (status)
        return status;
    signal(SIGINT, stop);
    signal(SIGTERM, stop);
    status = show(&top, seconds, pages);
    call_close(&top.caller);
    return status;
}

const struct command top_command = {
    .name = "top",
    .usage = "[OPTION]… LINK",
    .summary = "what runs on a board and what it has, as a page that is renewed",
    .details = "  --every SECONDS  how often (1)\n"
               "  --pages N        end after so many; otherwise Ctrl-C ends it\n"
               "  --json           a page is an object, one a line\n" CALL_HELP "\n" LINK_HELP
               "Harmony is from 0 to 1: how well a task gets on with the others.\n",
    .run = run_top,
};
