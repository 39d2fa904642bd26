/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The log: records (trace.h) with a level, time, module, call site and arguments, kept in a ring
 * where a new one takes the place of the oldest. Writing one formats nothing. Each reader has a
 * place of its own in the ring and learns how many records were lost to it: the kernel's idle
 * context, which writes the board's console (log_drain), services that follow the log instead, a
 * panic's report, whoever looks at what is kept.
 *
 * With LOG_TEXT formats are part of the image and readers get lines of text; without, only the ELF
 * file has them (section .log_strings), readers get lines for `ranvier log` to decode. File and
 * line are in the ELF file only.
 */
#ifndef KERNEL_LOG_H
#define KERNEL_LOG_H

#include <kernel/format.h>
#include <kernel/status.h>
#include <kernel/trace.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Writes one record, which reads "[    0.001234] uart0: text". `module` is static text, the format
 * a literal with at most eight arguments; conversions are those of format.h but `%.*s`. Levels
 * above CONFIG_LOG_LEVEL cost nothing. Never waits. Any context. */
#define log_error(module, ...)   log_at(LOG_ERROR, module, __VA_ARGS__)
#define log_warning(module, ...) log_at(LOG_WARNING, module, __VA_ARGS__)
#define log_info(module, ...)    log_at(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...)   log_at(LOG_DEBUG, module, __VA_ARGS__)

#define log_at(level, module, ...)                                                                 \
    do {                                                                                           \
        if (CONFIG_LOG && (int)(level) <= CONFIG_LOG_LEVEL) {                                      \
            LOG_SITE(__VA_ARGS__);                                                                 \
            log_write(&log_site_, module, LOG_ARGUMENTS(level, __VA_ARGS__));                      \
        }                                                                                          \
    } while (0)

/* A call site. Where it lies is all that a record says of it. */
struct log_site {
    const char *format;
    const char *where; /* "kernel/boot.c:75"; not in memory */
};

/* What a record is of: its level, above it the types of its arguments (format_pack). */
enum { LOG_LEVEL_BITS = 2 };

/* log_at's. ELF sections that are not loaded hold what the image does without. */
void log_write(const struct log_site *site, const char *module, uint32_t shape, ...);

#define LOG_UNLOADED(name) __attribute__((section(name)))
#if CONFIG_LOG_TEXT
#define LOG_LOADED(name)
#else
#define LOG_LOADED(name) LOG_UNLOADED(name)
#endif

#define LOG_SITE(...)                                                                              \
    static const char log_where_[] LOG_UNLOADED(".log_strings") = __FILE__ ":" LOG_TEXT(__LINE__); \
    static const char log_format_[] LOG_LOADED(".log_strings") = LOG_FIRST(__VA_ARGS__, );         \
    static const struct log_site log_site_ LOG_LOADED(".log_sites") = {log_format_, log_where_};   \
    while (0)                                                                                      \
    log_check(__VA_ARGS__)

static inline void __attribute__((format(printf, 1, 2))) log_check(const char *format, ...)
{
    (void)format;
}

#define LOG_TEXT(number)      LOG_TEXT_OF(number)
#define LOG_TEXT_OF(number)   #number
#define LOG_FIRST(first, ...) first

/* The record's shape, then the arguments behind the format. */
#define LOG_ARGUMENTS(level, ...)                                                                  \
    LOG_NTH(__VA_ARGS__, LOG_8, LOG_7, LOG_6, LOG_5, LOG_4, LOG_3, LOG_2, LOG_1, LOG_0, )          \
    (level, __VA_ARGS__)
#define LOG_NTH(format, a, b, c, d, e, f, g, h, nth, ...) nth
#define LOG_0(level, format)                              LOG_SHAPE(level, 0u)
#define LOG_1(level, format, a)                           LOG_SHAPE(level, LOG_T1(a)), a
#define LOG_2(level, format, a, b)                        LOG_SHAPE(level, LOG_T2(a, b)), a, b
#define LOG_3(level, format, a, b, c)                     LOG_SHAPE(level, LOG_T3(a, b, c)), a, b, c
#define LOG_4(level, format, a, b, c, d)                                                           \
    LOG_SHAPE(level, LOG_T2(a, b) | LOG_T2(c, d) << 4), a, b, c, d
#define LOG_5(level, format, a, b, c, d, e)                                                        \
    LOG_SHAPE(level, LOG_T3(a, b, c) | LOG_T2(d, e) << 6), a, b, c, d, e
#define LOG_6(level, format, a, b, c, d, e, f)                                                     \
    LOG_SHAPE(level, LOG_T3(a, b, c) | LOG_T3(d, e, f) << 6), a, b, c, d, e, f
#define LOG_7(level, format, a, b, c, d, e, f, g)                                                  \
    LOG_SHAPE(level, LOG_T3(a, b, c) | LOG_T3(d, e, f) << 6 | LOG_T1(g) << 12), a, b, c, d, e, f, g
#define LOG_8(level, format, a, b, c, d, e, f, g, h)                                               \
    LOG_SHAPE(level, LOG_T3(a, b, c) | LOG_T3(d, e, f) << 6 | LOG_T2(g, h) << 12), a, b, c, d, e,  \
        f, g, h
#define LOG_SHAPE(level, types) ((uint32_t)(level) | (types) << LOG_LEVEL_BITS)
#define LOG_T3(a, b, c)         (LOG_T2(a, b) | LOG_T1(c) << 4)
#define LOG_T2(a, b)            (LOG_T1(a) | LOG_T1(b) << 2)
#define LOG_T1(a)                                                                                  \
    _Generic((a),                                                                                  \
        char *: (uint32_t)FORMAT_TEXT,                                                             \
        const char *: (uint32_t)FORMAT_TEXT,                                                       \
        default: (uint32_t)(sizeof(a) > sizeof(uint32_t) ? FORMAT_LONG : FORMAT_WORD))

/* Writes a record of a kind that log_at does not write, with `count` numbers (uint64_t) and then,
 * where there is a site, what an EVENT has from there on. For span.c. Any context. */
void log_write_record(enum trace_kind kind, const struct log_site *site, const char *module,
                      uint32_t shape, unsigned count, const uint64_t *numbers, va_list arguments);

/* --- levels */

/* Records of `module` are written up to this level from now on, those of every module without a
 * level of its own if it is NULL; its own is given up where that is what it has then anyway. The
 * name is copied, its first LOG_MODULE_MAX characters count. ERR_INVALID for a level that is none
 * or not compiled in (CONFIG_LOG_LEVEL); ERR_LIMIT where CONFIG_LOG_MODULES have one. Any context.
 */
enum status log_level_set(const char *module, unsigned level);

enum { LOG_MODULE_MAX = 15 };

/* The level of modules without one of their own; the option `log.level` until log_level_set. */
extern uint8_t log_plain_level;

/* Up to which level records of `module` are written; NULL: of all without a level of their own. Any
 * context. */
enum log_level log_level(const char *module);

/* A module that has a level of its own, by number from 0; NULL behind the last. Task context. */
const char *log_level_module(size_t index);

/* "error", "warning", "info", "debug". */
const char *log_level_name(enum log_level level);

/* --- readers */

/* A place in the log. All fields are log.c's. */
struct log_reader {
    struct event *event; /* signalled when there is more; NULL: nobody waits */
    uint32_t position;   /* in the stream of bytes that went through the ring */
    uint32_t number;     /* of the record there, since boot */
    uint32_t lost;       /* records before it, not told yet */
    uint64_t lost_time;  /* ns */
    uint16_t offset;     /* characters of its line that were taken */
    uint16_t line;       /* characters of its line */
    uint8_t size;        /* bytes of the record */
    bool cut;            /* it was lost in the middle of its line */
};

/* Places `reader` before the `last` records, or as many of them as are kept. Any context. */
void log_begin(struct log_reader *reader, uint32_t last);

/* From now on the caller writes the log out: `event` is signalled whenever there is something to
 * read, and log_drain leaves the log alone. The reader begins where the console's ended. Both are
 * borrowed until log_unfollow; following twice is no error. ERR_LIMIT if LOG_FOLLOWERS do. Task
 * context. */
enum status log_follow(struct log_reader *reader, struct event *event);
void log_unfollow(struct log_reader *reader);

/* The same for those that `belongs` says true of, whose owner ends. Task context. */
void log_unfollow_all(bool (*belongs)(const void *address, const void *owner), const void *owner);

enum { LOG_FOLLOWERS = 2 };

/* Whether there is anything to read. Any context. */
bool log_waits(const struct log_reader *reader);

/* Takes the next record; returns its size, 0 if there is none. A DISCARDED one stands where records
 * were lost to this reader. By one task at a time. */
size_t log_take(struct log_reader *reader, uint8_t record[TRACE_RECORD_MAX]);

/* Takes at most `size` characters of the next record's line, not beyond its end (CR LF). Returns
 * how many; 0 if there is nothing. By one task at a time. */
size_t log_read(struct log_reader *reader, char *text, size_t size);

/* Hands the console device as much as it takes now, unless a service follows the log. Idle context.
 */
void log_drain(void);

/* Writes out all that is left, polling. For the end of the run. */
void log_flush_polled(void);

/* Takes the log from a core that has been stopped. For the panic report. */
void log_seize(void);

/* How many records were lost to readers since boot. Any context. */
uint32_t log_dropped_count(void);

#endif
