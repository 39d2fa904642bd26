/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See perfetto.h.
 */
#include "perfetto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Names and categories must be the same at both ends of a slice. */
struct perfetto_span {
    uint64_t number;
    char *module, *text;
    struct perfetto_span *next;
};

bool perfetto_open(struct perfetto *perfetto, const char *path)
{
    *perfetto = (struct perfetto){.json = {.stream = fopen(path, "w")}};
    if (!perfetto->json.stream)
        return false;
    json_open_object(&perfetto->json, NULL);
    json_text(&perfetto->json, "displayTimeUnit", "ns");
    json_open_array(&perfetto->json, "traceEvents");
    return true;
}

static struct perfetto_span **find(struct perfetto *perfetto, uint64_t number)
{
    struct perfetto_span **link = &perfetto->spans;
    while (*link && (*link)->number != number)
        link = &(*link)->next;
    return link;
}

/* Times there are microseconds, in which a fraction is allowed; what we have is nanoseconds. */
static void put(struct perfetto *perfetto, const char *phase, const struct trace_event *event,
                const struct perfetto_span *span, const char *name)
{
    struct json *json = &perfetto->json;
    char text[32];
    json_open_object(json, NULL);
    json_text(json, "name", name);
    json_text(json, "cat", span ? span->module : event->module ? event->module : "log");
    json_text(json, "ph", phase);
    json_number(json, "ts", event->time / 1000);
    json_number(json, "pid", 1);
    json_number(json, "tid", 1);
    if (span) {
        snprintf(text, sizeof(text), "%" PRIu64, span->number);
        json_text(json, "id", text);
    } else {
        json_text(json, "s", "g");
    }
    if (event->where || event->kind == TRACE_EVENT) {
        json_open_object(json, "args");
        json_text(json, "level", trace_level_name(event->level));
        if (event->where)
            json_text(json, "where", event->where);
        json_number(json, "ns", event->time);
        json_close_object(json);
    }
    json_close_object(json);
}

static void begin_span(struct perfetto *perfetto, const struct trace_event *event)
{
    struct perfetto_span *span = calloc(1, sizeof(*span));
    if (!span)
        abort();
    *span = (struct perfetto_span){.number = event->span,
                                   .module = strdup(event->module),
                                   .text = strdup(event->text),
                                   .next = perfetto->spans};
    perfetto->spans = span;
    put(perfetto, "b", event, span, span->text);
}

static void end_span(struct perfetto *perfetto, const struct trace_event *event)
{
    struct perfetto_span **link = find(perfetto, event->span), *span = *link;
    if (!span)
        return; /* it began before the trace */
    put(perfetto, "e", event, span, span->text);
    *link = span->next;
    free(span->module);
    free(span->text);
    free(span);
}

void perfetto_add(struct perfetto *perfetto, const struct trace_event *event)
{
    struct perfetto_span *span;
    switch (event->kind) {
    case TRACE_EVENT:
        put(perfetto, "i", event, NULL, event->text);
        break;
    case TRACE_DISCARDED:
        put(perfetto, "i", event, NULL, "records dropped");
        break;
    case TRACE_NEW_SPAN:
        begin_span(perfetto, event);
        break;
    case TRACE_ENTER:
    case TRACE_EXIT:
    case TRACE_CLONE_SPAN:
        span = *find(perfetto, event->span);
        if (span)
            put(perfetto, "n", event, span, trace_kind_name(event->kind));
        break;
    case TRACE_DROP_SPAN:
        end_span(perfetto, event);
        break;
    case TRACE_HEARTBEAT:
    case TRACE_REGISTER_META:
        break;
    }
}

bool perfetto_close(struct perfetto *perfetto)
{
    while (perfetto->spans) {
        struct perfetto_span *next = perfetto->spans->next;
        free(perfetto->spans->module);
        free(perfetto->spans->text);
        free(perfetto->spans);
        perfetto->spans = next;
    }
    json_close_array(&perfetto->json);
    json_close_object(&perfetto->json);
    const bool failed = ferror(perfetto->json.stream);
    return fclose(perfetto->json.stream) == 0 && !failed;
}
