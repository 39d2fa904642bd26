/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See control.h.
 */
#include "control.h"

enum { HAS_VERSION = 1, HAS_PORT = 2, HAS_TOTAL = 4 };

static const uint8_t fields[] = {
    [CONTROL_ANNOUNCE] = HAS_VERSION | HAS_PORT,
    [CONTROL_CREDIT] = HAS_PORT | HAS_TOTAL,
    [CONTROL_STALLED] = HAS_PORT | HAS_TOTAL,
    [CONTROL_CLOSED] = HAS_PORT,
    [CONTROL_RESTART] = 0,
    [CONTROL_ALIVE] = 0,
    [CONTROL_BYE] = 0,
};

static size_t put(uint8_t *bytes, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return size;
}

static uint32_t take(const uint8_t *bytes, size_t *offset, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint32_t)bytes[(*offset)++] << (8 * i);
    return value;
}

static size_t size_of(unsigned has)
{
    return (has & HAS_VERSION ? 1 : 0) + (has & HAS_PORT ? 2 : 0) + (has & HAS_TOTAL ? 4 : 0);
}

size_t control_encode(const struct control *control, uint8_t *bytes)
{
    const unsigned has = fields[control->kind];
    size_t length = put(bytes, control->kind, 1);
    if (has & HAS_VERSION)
        length += put(bytes + length, control->version, 1);
    if (has & HAS_PORT)
        length += put(bytes + length, control->port, 2);
    if (has & HAS_TOTAL)
        length += put(bytes + length, control->total, 4);
    return length;
}

bool control_decode(const uint8_t *bytes, size_t size, size_t *offset, struct control *control)
{
    if (*offset >= size || bytes[*offset] < CONTROL_ANNOUNCE || bytes[*offset] > CONTROL_BYE)
        return false;
    const unsigned has = fields[bytes[*offset]];
    if (size - *offset - 1 < size_of(has))
        return false;
    *control = (struct control){.kind = (enum control_kind)take(bytes, offset, 1)};
    if (has & HAS_VERSION)
        control->version = (uint8_t)take(bytes, offset, 1);
    if (has & HAS_PORT)
        control->port = (uint16_t)take(bytes, offset, 2);
    if (has & HAS_TOTAL)
        control->total = take(bytes, offset, 4);
    return true;
}
