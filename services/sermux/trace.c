/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See trace.h.
 */
#include "trace.h"

#include <kernel/clock.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <string.h>

enum { TOLD = 32 }; /* addresses that are remembered as told */

static struct log_reader reader;
static uint8_t held[TRACE_RECORD_MAX]; /* a record that goes behind what it refers to */
static size_t held_length;
static unsigned held_step;   /* how many of the two things that it refers to were looked at */
static uintptr_t told[TOLD]; /* by a part of the address: another may take its place */
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
    return held_length || log_waits(&reader) || clock_now() >= beat;
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

void trace_forget(void)
{
    memset(told, 0, sizeof(told));
}

/* Tells what text stands at an address, unless the host knows; 0 then. */
static size_t make_meta(uint8_t *record, uintptr_t address, const char *text)
{
    uintptr_t *place = &told[address / sizeof(void *) % TOLD];
    if (*place == address)
        return 0;
    *place = address;
    record[0] = TRACE_REGISTER_META | TRACE_WORD << TRACE_LEVEL_SHIFT;
    const size_t head = 1 + put_number(record + 1, address);
    size_t length = head;
    while (*text && length < TRACE_RECORD_MAX)
        record[length++] = (uint8_t)*text++;
    return length;
}

/* The next of what the held record refers to and the host doesn't know: its module, its format
 * where the image has it. 0 if there is none. */
static size_t make_meta_of_held(uint8_t *record)
{
    struct format_packed from = {.bytes = held, .size = held_length, .offset = 1};
    const enum trace_kind kind = held[0] & TRACE_KIND_MASK;
    uint64_t number = 0, site = 0, module = 0;
    if (kind != TRACE_EVENT && kind != TRACE_NEW_SPAN)
        return 0;
    for (unsigned before = kind == TRACE_EVENT ? 1 : 3; before > 0; before--)
        format_take_number(&from, &number); /* time; span, parent */
    format_take_number(&from, &site);
    format_take_number(&from, &module);
    size_t length = 0;
    for (; !length && held_step < 2; held_step++) {
        if (held_step == 0)
            length = make_meta(record, (uintptr_t)module, (const char *)(uintptr_t)module);
        else if (CONFIG_LOG_TEXT)
            length = make_meta(record, (uintptr_t)site,
                               ((const struct log_site *)(uintptr_t)site)->format);
    }
    return length;
}

/* The next record, or before it what it refers to. */
static size_t take_record(uint8_t *record)
{
    if (!held_length)
        held_length = log_take(&reader, held);
    size_t length = held_length ? make_meta_of_held(record) : 0;
    if (length || !held_length)
        return length;
    memcpy(record, held, held_length);
    length = held_length;
    held_length = 0;
    held_step = 0;
    return length;
}

size_t trace_give(uint8_t *data, size_t size)
{
    if (size < TRACE_RECORD_MAX)
        return 0;
    size_t length = take_record(data);
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
    trace_forget();
    beat = 0;
}
