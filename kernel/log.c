/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The ring is a stream of bytes, of which the last LOG_BUFFER are kept; positions count from its
 * beginning. A record lies in it as its size, one byte, and its content.
 *
 * Invariants: 1 tail <= head <= tail + LOG_BUFFER; 2 whole records lie from tail to head, `evicted`
 * were before; 3 a reader's position is that of a record, or of one that was evicted, or head. All
 * of it is changed with the lock held; a reader's own fields by its task too.
 */
#include <kernel/log.h>

#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/lock.h>
#include <kernel/serial.h>
#include <string.h>

/* Positions wrap around at 32 bits, and with them the ring: its size is a power of two. */
#define LOG_BUFFER (1U << (31 - __builtin_clz(CONFIG_LOG_BUFFER)))

static struct lock lock;
static uint8_t storage[LOG_BUFFER];
static uint32_t head, tail;
static uint32_t written; /* records */
static uint32_t evicted; /* of these */
static uint32_t dropped; /* of these, before a reader came to them */

static struct log_reader *followers[LOG_FOLLOWERS];
static struct log_reader console; /* the kernel's own, while nobody follows */

_Static_assert(LOG_BUFFER > TRACE_RECORD_MAX, "any record fits");

/* --- levels */

static struct {
    char module[LOG_MODULE_MAX]; /* ends with a NUL where it is shorter; empty: unused */
    uint8_t level;
} levels[CONFIG_LOG_MODULES ? CONFIG_LOG_MODULES : 1];

uint8_t log_plain_level =
    CONFIG_LOG_LEVEL_BOOT < CONFIG_LOG_LEVEL ? CONFIG_LOG_LEVEL_BOOT : CONFIG_LOG_LEVEL;

/* The place of the module with that name, LOG_MODULES if there is none. */
static int find_level(const char *module)
{
    int i = 0;
    while (i < CONFIG_LOG_MODULES && strncmp(levels[i].module, module, LOG_MODULE_MAX) != 0)
        i++;
    return i;
}

enum log_level log_level(const char *module)
{
    int place = module && *module ? find_level(module) : CONFIG_LOG_MODULES;
    return place < CONFIG_LOG_MODULES ? levels[place].level : log_plain_level;
}

enum status log_level_set(const char *module, unsigned level)
{
    enum status status = OK;
    if (level > CONFIG_LOG_LEVEL)
        return ERR_INVALID;
    bool enabled = lock_acquire(&lock);
    int place = module ? find_level(module) : CONFIG_LOG_MODULES;
    if (module && place == CONFIG_LOG_MODULES)
        place = find_level("");
    if (place < CONFIG_LOG_MODULES) {
        strncpy(levels[place].module, level == log_plain_level ? "" : module, LOG_MODULE_MAX);
        levels[place].level = (uint8_t)level;
    } else if (!module) {
        log_plain_level = (uint8_t)level;
    } else if (level != log_plain_level) {
        status = ERR_LIMIT;
    }
    lock_release(&lock, enabled);
    return status;
}

const char *log_level_module(size_t index)
{
    for (int i = 0; i < CONFIG_LOG_MODULES; i++)
        if (levels[i].module[0] && index-- == 0)
            return levels[i].module;
    return NULL;
}

const char *log_level_name(enum log_level level)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};
    return names[level & LOG_DEBUG];
}

/* --- writing */

static void put_in_ring(struct format_sink *sink, char character)
{
    (void)sink;
    if (head - tail == LOG_BUFFER) {
        tail += 1u + storage[tail % LOG_BUFFER];
        evicted++;
    }
    storage[head++ % LOG_BUFFER] = (uint8_t)character;
}

void log_write_record(enum trace_kind kind, const struct log_site *site, const char *module,
                      uint32_t shape, unsigned count, const uint64_t *numbers, va_list arguments)
{
    struct format_sink sink = {put_in_ring};
    const uint32_t level = shape & LOG_DEBUG;
    bool enabled = lock_acquire(&lock);
    uint32_t start = head;
    put_in_ring(&sink, 0);
    put_in_ring(&sink, (char)(kind | level << TRACE_LEVEL_SHIFT));
    format_put_number(&sink, clock_now());
    for (unsigned i = 0; i < count; i++)
        format_put_number(&sink, numbers[i]);
    if (module) {
        format_put_number(&sink, (uintptr_t)site);
        format_put_number(&sink, (uintptr_t)module);
        format_pack(&sink, shape >> LOG_LEVEL_BITS, arguments);
    }
    storage[start % LOG_BUFFER] = (uint8_t)(head - start - 1);
    written++;
    for (size_t i = 0; i < LOG_FOLLOWERS; i++)
        if (followers[i] && followers[i]->event)
            event_signal(followers[i]->event);
    lock_release(&lock, enabled);
}

void log_write(const struct log_site *site, const char *module, uint32_t shape, ...)
{
    if ((shape & LOG_DEBUG) > log_level(module))
        return;
    va_list arguments;
    va_start(arguments, shape);
    log_write_record(TRACE_EVENT, site, module, shape, 0, NULL, arguments);
    va_end(arguments);
}

/* --- reading */

void log_begin(struct log_reader *reader, uint32_t last)
{
    bool enabled = lock_acquire(&lock);
    *reader = (struct log_reader){.position = tail, .number = evicted};
    for (; written - reader->number > last; reader->number++)
        reader->position += 1u + storage[reader->position % LOG_BUFFER];
    lock_release(&lock, enabled);
}

bool log_waits(const struct log_reader *reader)
{
    return reader->lost || reader->position != head;
}

/* Collects characters of a record, or of a line from its `skip`th on. */
struct piece {
    struct format_sink sink; /* first: put converts back */
    uint8_t *bytes;
    size_t size, skip, length;
};

static void put_in_piece(struct format_sink *sink, char character)
{
    struct piece *to = (struct piece *)sink;
    if (to->length >= to->skip && to->length - to->skip < to->size)
        to->bytes[to->length - to->skip] = (uint8_t)character;
    to->length++;
}

/* Tells in a record how many were lost. */
static size_t tell_lost(const struct log_reader *reader, uint8_t record[TRACE_RECORD_MAX])
{
    struct piece to = {.sink = {put_in_piece}, .bytes = record, .size = TRACE_RECORD_MAX};
    put_in_piece(&to.sink, (char)(TRACE_DISCARDED | LOG_WARNING << TRACE_LEVEL_SHIFT));
    format_put_number(&to.sink, reader->lost_time);
    format_put_number(&to.sink, reader->lost);
    return to.length;
}

/* Copies the next record without taking it; returns its size, 0 if there is none. */
static size_t look(struct log_reader *reader, uint8_t record[TRACE_RECORD_MAX])
{
    size_t size = 0;
    bool enabled = lock_acquire(&lock);
    uint32_t lost = evicted - reader->number;
    if (lost && lost <= INT32_MAX) {
        if (!reader->lost)
            reader->lost_time = clock_now();
        reader->cut |= reader->offset > 0;
        reader->lost += lost;
        dropped += lost;
        reader->offset = 0;
        reader->position = tail;
        reader->number = evicted;
    }
    if (reader->lost) {
        size = tell_lost(reader, record);
    } else if (reader->position != head) {
        size = storage[reader->position % LOG_BUFFER];
        for (size_t i = 0; i < size; i++)
            record[i] = storage[(reader->position + 1 + i) % LOG_BUFFER];
    }
    lock_release(&lock, enabled);
    reader->size = (uint8_t)size;
    return size;
}

/* Takes the record that was looked at. */
static void take(struct log_reader *reader)
{
    if (reader->lost) {
        reader->lost = 0;
        return;
    }
    reader->position += 1u + reader->size;
    reader->number++;
}

size_t log_take(struct log_reader *reader, uint8_t record[TRACE_RECORD_MAX])
{
    size_t size = look(reader, record);
    if (size)
        take(reader);
    return size;
}

static void put_text(struct format_sink *sink, const char *text)
{
    while (*text)
        sink->put(sink, *text++);
}

static void put_formatted(struct format_sink *sink, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_formatted(struct format_sink *sink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_write(sink, format, arguments);
    va_end(arguments);
}

static uintptr_t take_number(struct format_packed *from)
{
    uint64_t number;
    format_take_number(from, &number);
    return (uintptr_t)number;
}

static void put_stamp(struct format_sink *sink, uint64_t time)
{
    uint64_t microseconds = time / 1000;
    put_formatted(sink, "[%5lu.%06lu] ", (unsigned long)(microseconds / 1000000),
                  (unsigned long)(microseconds % 1000000));
}

/* Puts module and text of a record, from its site on. */
static void put_message(struct format_sink *sink, struct format_packed *from, unsigned level)
{
    static const char *const marks[] = {"error: ", "warning: ", "", ""};
    const struct log_site *site = (const struct log_site *)take_number(from);
    put_text(sink, (const char *)take_number(from));
    put_text(sink, ": ");
    put_text(sink, marks[level & LOG_DEBUG]);
    format_write_packed(sink, site->format, from, sizeof(void *));
}

/* What span.c writes: shown where its level is compiled in. */
static void put_span(struct format_sink *sink, struct format_packed *from, enum trace_kind kind,
                     unsigned level)
{
    static const char *const verbs[] = {"is entered", "is left", "is held once more", "ends"};
    put_formatted(sink, "span %lu ", (unsigned long)take_number(from));
    if (kind == TRACE_NEW_SPAN) {
        put_formatted(sink, "in %lu begins: ", (unsigned long)take_number(from));
        put_message(sink, from, level);
    } else {
        put_text(sink, verbs[kind - TRACE_ENTER]);
    }
}

/* Puts a record as a person reads it. */
static void put_record(struct format_sink *sink, struct format_packed *from)
{
    const enum trace_kind kind = from->bytes[0] & TRACE_KIND_MASK;
    const unsigned level = from->bytes[0] >> TRACE_LEVEL_SHIFT;
    uint64_t time;
    from->offset = 1;
    format_take_number(from, &time);
    put_stamp(sink, time);
    if (kind == TRACE_EVENT) {
        put_message(sink, from, level);
    } else if (kind == TRACE_DISCARDED) {
        unsigned long count = take_number(from);
        put_formatted(sink, "log: %lu record%s dropped", count, count == 1 ? "" : "s");
    } else if (CONFIG_LOG_LEVEL >= LOG_DEBUG) {
        put_span(sink, from, kind, level);
    }
}

/* Puts bytes in base64 (RFC 4648, section 4). */
static void put_base64(struct format_sink *sink, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++)
            group = group << 8 | (i + j < size ? bytes[i + j] : 0u);
        for (size_t j = 0; j < 4; j++)
            sink->put(sink, i + j <= size ? digits[group >> (18 - 6 * j) & 63] : '=');
    }
}

/* Stores what of the next line was not taken yet, as much as fits. Returns how much that is. */
static size_t read_line(struct log_reader *reader, char *text, size_t size)
{
    uint8_t record[TRACE_RECORD_MAX];
    struct format_packed from = {.bytes = record, .size = look(reader, record)};
    struct piece to = {
        .sink = {put_in_piece}, .bytes = (uint8_t *)text, .size = size, .skip = reader->offset};
    if (!from.size)
        return 0;
    if (!reader->cut && CONFIG_LOG_TEXT) {
        put_record(&to.sink, &from);
    } else if (!reader->cut) {
        put_text(&to.sink, TRACE_LINE_MARK);
        put_base64(&to.sink, from.bytes, from.size);
    }
    put_text(&to.sink, "\r\n");
    reader->line = (uint16_t)to.length;
    return to.length - to.skip < size ? to.length - to.skip : size;
}

/* So many characters of what read_line stored are taken. */
static void take_line(struct log_reader *reader, size_t size)
{
    reader->offset += (uint16_t)size;
    if (reader->offset < reader->line)
        return;
    if (!reader->cut)
        take(reader);
    reader->cut = false;
    reader->offset = 0;
}

size_t log_read(struct log_reader *reader, char *text, size_t size)
{
    size_t taken = read_line(reader, text, size);
    if (taken)
        take_line(reader, taken);
    return taken;
}

/* --- the console */

/* Who writes the board's console. */
static struct log_reader *console_reader(void)
{
    return followers[0] ? followers[0] : &console;
}

enum status log_follow(struct log_reader *reader, struct event *event)
{
    enum status status = ERR_LIMIT;
    bool enabled = lock_acquire(&lock);
    struct log_reader *before = console_reader();
    for (size_t i = 0; i < LOG_FOLLOWERS && status; i++) {
        if (followers[i] && followers[i] != reader)
            continue;
        if (before != reader)
            *reader = *before;
        reader->event = event;
        followers[i] = reader;
        event_signal(event);
        status = OK;
    }
    lock_release(&lock, enabled);
    return status;
}

void log_unfollow(struct log_reader *reader)
{
    bool enabled = lock_acquire(&lock);
    if (followers[0] == reader)
        console = *reader;
    for (size_t i = 0; i < LOG_FOLLOWERS; i++)
        if (followers[i] == reader)
            followers[i] = NULL;
    lock_release(&lock, enabled);
}

void log_unfollow_all(bool (*belongs)(const void *address, const void *owner), const void *owner)
{
    for (size_t i = 0; i < LOG_FOLLOWERS; i++)
        if (belongs(followers[i], owner))
            log_unfollow(followers[i]);
}

void log_drain(void)
{
    char text[64];
    if (console_reader() != &console || !board.console || !device_is_up(board.console))
        return;
    for (size_t size; (size = read_line(&console, text, sizeof(text)));) {
        size_t taken = serial(board.console)->write(board.console, (const uint8_t *)text, size);
        take_line(&console, taken);
        if (taken < size)
            return;
    }
}

void log_flush_polled(void)
{
    char text[64];
    if (!board.console)
        return;
    for (size_t size; (size = log_read(console_reader(), text, sizeof(text)));)
        serial(board.console)->write_polled(board.console, (const uint8_t *)text, size);
}

void log_seize(void)
{
    lock = (struct lock){0};
}

uint32_t log_dropped_count(void)
{
    return dropped;
}
