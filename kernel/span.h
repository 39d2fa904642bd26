/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Spans: stretches of a task's work with a name, as records of the log at its most detailed level
 * (LOG_DEBUG): begun, entered and left any number of times, ended once everybody who holds one has
 * let it go. A span that begins while its task is in another is inside that one.
 *
 *   struct span span = span_begin("mesh", "frame of %zu bytes", size);
 *   struct span outer = span_enter(span);
 *   …
 *   span_exit(span, outer);
 *   span_end(span);
 *
 * Where the level is not compiled in they cost nothing; where it is off at run time span_begin
 * gives the span that is none, for which nothing is recorded.
 */
#ifndef KERNEL_SPAN_H
#define KERNEL_SPAN_H

#include <kernel/log.h>
#include <stdint.h>

/* A span's number; 0 is none. */
struct span {
    uint32_t number;
};

/* Begins a span. `module`, format and arguments as for log_debug. Any context. */
#define span_begin(module, ...)                                                                    \
    __extension__({                                                                                \
        struct span span_ = {0};                                                                   \
        if (CONFIG_LOG && CONFIG_LOG_LEVEL >= LOG_DEBUG) {                                         \
            LOG_SITE(__VA_ARGS__);                                                                 \
            span_ = span_write(&log_site_, module, LOG_ARGUMENTS(LOG_DEBUG, __VA_ARGS__));         \
        }                                                                                          \
        span_;                                                                                     \
    })

/* span_begin's. */
struct span span_write(const struct log_site *site, const char *module, uint32_t shape, ...);

/* The running task is in `span` from now on. Returns where it was before, for span_exit. Task
 * context. */
struct span span_enter(struct span span);

/* And no more: it is in `outer` again. Task context. */
void span_exit(struct span span, struct span outer);

/* Somebody else holds the span too. Any context. */
void span_clone(struct span span);

/* The caller lets it go; once everybody has, it has ended. Any context. */
void span_end(struct span span);

#endif
