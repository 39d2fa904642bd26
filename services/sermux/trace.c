/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See trace.h.
 */
#include "trace.h"

#include <kernel/clock.h>
#include <kernel/log.h>

static struct log_reader reader;
static uint64_t beat = CLOCK_NEVER; /* ns since entry; when the next heartbeat is due */

enum status trace_start(struct event *activity)
{
    return log_follow(&reader, activity);
}

void trace_stop(void)
{
    log_unfollow(&reader);
}

bool trace_waits(void)
{
    return log_waits(&reader) || clock_now() >= beat;
}

uint64_t trace_deadline(void)
{
    return beat;
}

/* Unsigned LEB128, as records have numbers. */
static size_t put_number(uint8_t *bytes, uint64_t number)
{
    size_t length = 0;
    for (; number >= 0x80; number >>= 7)
        bytes[length++] = (uint8_t)(number | 0x80);
    bytes[length++] = (uint8_t)number;
    return length;
}

static size_t make_heartbeat(uint8_t *record)
{
    record[0] = (uint8_t)(TRACE_HEARTBEAT | log_level("") << TRACE_LEVEL_SHIFT);
    return 1 + put_number(record + 1, clock_now());
}

size_t trace_give(uint8_t *data, size_t size)
{
    if (size < TRACE_RECORD_MAX)
        return 0;
    size_t length = log_take(&reader, data);
    if (!length && clock_now() >= beat)
        length = make_heartbeat(data);
    if (length && beat != CLOCK_NEVER)
        beat = clock_now() + NANOSECONDS_PER_SECOND;
    return length;
}

void trace_take(const uint8_t *data, size_t size)
{
    if (size != 1)
        return;
    log_level_set(NULL, data[0]); /* one that is none changes nothing; the answer tells */
    beat = 0;
}
