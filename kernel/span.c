/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Spans: numbers given out in order, and where each task is.
 */
#include <kernel/span.h>

#include <kernel/arch.h>
#include <kernel/task.h>
#include <stdatomic.h>

static _Atomic uint32_t last;

/* A record of a span that is. */
static void write_record(enum trace_kind kind, struct span span, ...)
{
    const uint64_t number = span.number;
    va_list none;
    if (!CONFIG_LOG || CONFIG_LOG_LEVEL < LOG_DEBUG || !number)
        return;
    va_start(none, span);
    log_write_record(kind, NULL, NULL, LOG_DEBUG, 1, &number, none);
    va_end(none);
}

struct span span_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    const struct task *task = arch_in_interrupt() ? NULL : task_current();
    if (log_level(module) < LOG_DEBUG)
        return (struct span){0};
    uint32_t number = atomic_fetch_add(&last, 1) + 1;
    const uint64_t numbers[] = {number, task ? task->span : 0};
    va_list arguments;
    va_start(arguments, shape);
    log_write_record(TRACE_NEW_SPAN, site, module, shape, 2, numbers, arguments);
    va_end(arguments);
    return (struct span){number};
}

struct span span_enter(struct span span)
{
    struct task *task = task_current();
    struct span outer = {task->span};
    if (span.number)
        task->span = span.number;
    write_record(TRACE_ENTER, span);
    return outer;
}

void span_exit(struct span span, struct span outer)
{
    task_current()->span = outer.number;
    write_record(TRACE_EXIT, span);
}

void span_clone(struct span span)
{
    write_record(TRACE_CLONE_SPAN, span);
}

void span_end(struct span span)
{
    write_record(TRACE_DROP_SPAN, span);
}
