/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The log: lines of text with a level, time and module, on the console device that the board file
 * gives the role. Before that device is up lines are kept and follow once it is.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Writes one line, "[    0.001234] uart0: text". `module` is static text. Levels above CONFIG_LOG_LEVEL
 * cost nothing. Conversions: %d %i %u %x %X %c %s %p %% with flags - 0, width, precision, l, ll, z.
 * Never waits: what does not fit is dropped and counted. Any context. */
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

#endif
