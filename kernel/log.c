/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The log ring holds whole lines with their CR LF, ready for the wire. Writers of any context come
 * with interrupts masked and so one at a time; there is one reader at a time.
 *
 * A line that does not fit is dropped whole and counted. The next text that fits after it, or the
 * reader that finds the ring empty, says how many were lost, at the place where they are missing.
 */
#include <kernel/log.h>

#include <kernel/arch.h>
#include <kernel/board.h>
#include <kernel/clock.h>
#include <kernel/event.h>
#include <kernel/format.h>
#include <kernel/ring.h>
#include <kernel/serial.h>
#include <string.h>

enum { LOG_CAPACITY = 2048 }; /* bytes, a power of two */

static uint8_t storage[LOG_CAPACITY];
static struct ring ring = {.data = storage, .capacity = LOG_CAPACITY};
static struct event *follower;
static uint32_t dropped;   /* lines, since boot */
static uint32_t announced; /* of these, told in the log */

struct ring_sink {
    struct format_sink sink; /* first: put converts back */
    bool full;
};

static void put_in_ring(struct format_sink *sink, char character)
{
    struct ring_sink *to = (struct ring_sink *)sink;
    if (!ring_put(&ring, (uint8_t)character))
        to->full = true;
}

static void put_formatted(struct ring_sink *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put_formatted(struct ring_sink *to, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    format_write(&to->sink, format, arguments);
    va_end(arguments);
}

static void put_stamp(struct ring_sink *to, const char *module)
{
    uint64_t microseconds = clock_now() / 1000;
    put_formatted(to, "[%5lu.%06lu] %s: ", (unsigned long)(microseconds / 1000000),
                  (unsigned long)(microseconds % 1000000), module);
}

/* Puts the line that tells of lost ones, if there are any. */
static void put_notice(struct ring_sink *to)
{
    uint32_t lost = dropped - announced;
    if (!lost)
        return;
    put_stamp(to, "log");
    put_formatted(to, "%lu line%s dropped\r\n", (unsigned long)lost, lost == 1 ? "" : "s");
}

/* Keeps what was put since the ring's head was `start`, or takes it back if it did not fit whole.
 * The reader cannot have seen it: interrupts are masked. */
static bool commit(const struct ring_sink *to, uint32_t start)
{
    if (to->full) {
        atomic_store_explicit(&ring.head, start, memory_order_release);
        return false;
    }
    announced = dropped;
    return true;
}

void log_write(enum log_level level, const char *module, const char *format, ...)
{
    static const char *const marks[] = {"error: ", "warning: ", "", ""};
    bool enabled = arch_interrupts_disable();
    uint32_t start = atomic_load_explicit(&ring.head, memory_order_relaxed);
    struct ring_sink to = {.sink = {put_in_ring}};

    put_notice(&to);
    put_stamp(&to, module);
    put_formatted(&to, "%s", marks[level]);
    va_list arguments;
    va_start(arguments, format);
    format_write(&to.sink, format, arguments);
    va_end(arguments);
    put_formatted(&to, "\r\n");
    if (!commit(&to, start))
        dropped++;
    if (follower)
        event_signal(follower);
    arch_interrupts_restore(enabled);
}

/* The bytes at the ring's tail that stand together. Returns how many. */
static size_t next_span(const uint8_t **data)
{
    if (!ring_used(&ring) && dropped != announced) {
        bool enabled = arch_interrupts_disable();
        uint32_t start = atomic_load_explicit(&ring.head, memory_order_relaxed);
        struct ring_sink to = {.sink = {put_in_ring}};
        put_notice(&to);
        commit(&to, start);
        arch_interrupts_restore(enabled);
    }
    uint32_t offset = atomic_load_explicit(&ring.tail, memory_order_relaxed) & (LOG_CAPACITY - 1);
    size_t used = ring_used(&ring);
    *data = storage + offset;
    return used < LOG_CAPACITY - offset ? used : LOG_CAPACITY - offset;
}

static void consume(size_t size)
{
    atomic_fetch_add_explicit(&ring.tail, (uint32_t)size, memory_order_release);
}

void log_follow(struct event *event)
{
    bool enabled = arch_interrupts_disable();
    follower = event;
    if (follower && (ring_used(&ring) || dropped != announced))
        event_signal(follower);
    arch_interrupts_restore(enabled);
}

size_t log_read(char *text, size_t size)
{
    const uint8_t *data;
    size_t span = next_span(&data);
    if (span > size)
        span = size;
    const uint8_t *end = span ? memchr(data, '\n', span) : NULL;
    if (end)
        span = (size_t)(end - data) + 1;
    memcpy(text, data, span);
    consume(span);
    return span;
}

void log_drain(void)
{
    if (follower || !board.console || !device_is_up(board.console))
        return;
    const uint8_t *data;
    for (size_t span = next_span(&data); span; span = next_span(&data)) {
        size_t taken = serial(board.console)->write(board.console, data, span);
        consume(taken);
        if (taken < span)
            return;
    }
}

void log_flush_polled(void)
{
    if (!board.console)
        return;
    const uint8_t *data;
    for (size_t span = next_span(&data); span; span = next_span(&data)) {
        serial(board.console)->write_polled(board.console, data, span);
        consume(span);
    }
}

uint32_t log_dropped_count(void)
{
    return dropped;
}
