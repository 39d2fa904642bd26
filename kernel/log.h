/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The log: lines of text with a level, time and module, on the console device that the board file
 * gives the role. Lines are kept in a ring, and whoever has time takes them out: the kernel's idle
 * context (log_drain), a service that owns the console and asked for them (log_follow), or a
 * panic's report.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <stddef.h>
#include <stdint.h>

struct event;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Writes one line, "[    0.001234] uart0: text". `module` is static text. Levels above
 * CONFIG_LOG_LEVEL cost nothing. Conversions: %d %i %u %x %X %c %s %p %% with flags - 0, width,
 * precision, l, ll, z. Never waits: what does not fit is dropped and counted. Any context. */
#define log_error(module, ...)   log_at(LOG_ERROR, module, __VA_ARGS__)
#define log_warning(module, ...) log_at(LOG_WARNING, module, __VA_ARGS__)
#define log_info(module, ...)    log_at(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...)   log_at(LOG_DEBUG, module, __VA_ARGS__)

#define log_at(level, module, ...)                                                                 \
    do {                                                                                           \
        if ((int)(level) <= CONFIG_LOG_LEVEL)                                                      \
            log_write(level, module, __VA_ARGS__);                                                 \
    } while (0)

void log_write(enum log_level level, const char *module, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* From now on the caller writes the log to the console: `event` is signalled whenever there is
 * something for log_read, and log_drain leaves it alone. NULL gives it back. The event is borrowed.
 * Task context. */
void log_follow(struct event *event);

/* Takes at most `size` bytes of log text, not beyond the end of a line (CR LF). Returns how many; 0
 * if there is nothing. By one task at a time. */
size_t log_read(char *text, size_t size);

/* Hands the console device as much as it takes now, unless a service follows the log. Idle context.
 */
void log_drain(void);

/* Writes out all that is left, polling. For the panic report. */
void log_flush_polled(void);

/* How many lines were dropped since boot. Any context. */
uint32_t log_dropped_count(void);

#endif
