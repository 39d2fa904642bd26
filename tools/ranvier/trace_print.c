/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Events as text and as JSON (trace.h).
 */
#include "trace.h"

#include <inttypes.h>

const char *trace_level_name(unsigned level)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    return names[level & 3];
}

const char *trace_kind_name(enum trace_kind kind)
{
    static const char *const names[] = {"heartbeat",  "register-meta", "event",
                                        "new-span",   "enter",         "exit",
                                        "clone-span", "drop-span",     "discarded"};
    return names[kind];
}

static void print_span(FILE *stream, const struct trace_event *event)
{
    fprintf(stream, "span %" PRIu64 " ", event->span);
    switch (event->kind) {
    case TRACE_NEW_SPAN:
        fprintf(stream, "in %" PRIu64 " begins: %s: %s", event->parent, event->module, event->text);
        break;
    case TRACE_ENTER:
        fputs("is entered", stream);
        break;
    case TRACE_EXIT:
        fputs("is left", stream);
        break;
    case TRACE_CLONE_SPAN:
        fputs("is held once more", stream);
        break;
    default:
        fputs("ends", stream);
        break;
    }
}

void trace_print(FILE *stream, const struct trace_event *event)
{
    static const char *const marks[] = {"error: ", "warning: ", "", ""};
    fprintf(stream, "[%5" PRIu64 ".%06" PRIu64 "] ", event->time / 1000000000,
            event->time / 1000 % 1000000);
    switch (event->kind) {
    case TRACE_EVENT:
        fprintf(stream, "%s: %s%s", event->module, marks[event->level], event->text);
        break;
    case TRACE_DISCARDED:
        fprintf(stream, "log: %" PRIu64 " record%s dropped", event->count,
                event->count == 1 ? "" : "s");
        break;
    case TRACE_HEARTBEAT:
        fprintf(stream, "log: recorded: %s", trace_level_name(event->level));
        break;
    case TRACE_REGISTER_META:
        fprintf(stream, "log: 0x%" PRIx64 " is \"%s\"", event->address, event->text);
        break;
    default:
        print_span(stream, event);
        break;
    }
    if (event->where)
        fprintf(stream, "  (%s)", event->where);
    putc('\n', stream);
}

void trace_print_json(struct json *json, const struct trace_event *event)
{
    json_open_object(json, NULL);
    json_text(json, "kind", trace_kind_name(event->kind));
    json_number(json, "time", event->time);
    json_text(json, "level", trace_level_name(event->level));
    if (event->span)
        json_number(json, "span", event->span);
    if (event->kind == TRACE_NEW_SPAN)
        json_number(json, "parent", event->parent);
    if (event->kind == TRACE_DISCARDED)
        json_number(json, "count", event->count);
    if (event->kind == TRACE_REGISTER_META)
        json_number(json, "address", event->address);
    if (event->module)
        json_text(json, "module", event->module);
    if (event->module || event->kind == TRACE_REGISTER_META)
        json_text(json, "text", event->text);
    if (event->where)
        json_text(json, "where", event->where);
    json_close_object(json);
}
