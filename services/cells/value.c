/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See value.h: one walk over a type's table, which measures, reads or writes.
 */
#include <services/cells/value.h>

#include <kernel/cbor.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "an agent's memory is");

enum {
    COUNT_SIZE = 2, /* of the length of bytes, the count of an array */
    ENUM_SIZE = 4,
};

enum direction { MEASURE, GET, PUT };

struct walk {
    enum direction direction;
    unsigned version;
    uint8_t *bytes; /* the agent's; GET only reads them */
    uint32_t at;    /* where the walk is, in bytes */
    bool bad;       /* GET: it is no value of its type */
};

bool value_is_portable(const struct interface_type *type)
{
    for (size_t i = 0; i < type->limit; i++)
        if (type->fields[i].type->kind == INTERFACE_CAP)
            return false;
    return true;
}

static uint32_t alignment_of(const struct interface_type *type, unsigned version)
{
    uint32_t most = type->kind == INTERFACE_ARRAY   ? alignment_of(type->of, version)
                    : type->kind == INTERFACE_BYTES ? COUNT_SIZE
                    : type->kind == INTERFACE_ENUM  ? ENUM_SIZE
                    : type->kind < INTERFACE_CAP    ? type->size
                                                    : 1;
    if (type->kind == INTERFACE_ARRAY && most < COUNT_SIZE)
        most = COUNT_SIZE;
    if (type->kind != INTERFACE_STRUCT)
        return most;
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        const uint32_t one = field->since > version ? 1 : alignment_of(field->type, version);
        most = one > most ? one : most;
    }
    return most;
}

/* A part of a value, which is nowhere while it is only measured. */
static uint8_t *part(uint8_t *value, size_t offset)
{
    return value ? value + offset : NULL;
}

static void align(struct walk *walk, uint32_t alignment)
{
    walk->at = (walk->at + alignment - 1) / alignment * alignment;
}

/* `size` bytes that are the same on both sides. */
static void walk_bytes(struct walk *walk, uint8_t *value, uint32_t size)
{
    if (walk->direction == GET)
        memcpy(value, walk->bytes + walk->at, size);
    else if (walk->direction == PUT)
        memcpy(walk->bytes + walk->at, value, size);
    walk->at += size;
}

/* Whether a bool, on this side; its bytes on either are 0 or 1. */
static bool walk_bool(struct walk *walk, uint8_t *value)
{
    if (walk->direction == GET && walk->bytes[walk->at] > 1) {
        walk->bad = true;
        walk->direction = MEASURE;
    }
    walk_bytes(walk, value, 1);
    return walk->direction != MEASURE && *value;
}

/* A length or count of at most `limit`. */
static uint16_t walk_count(struct walk *walk, uint8_t *value, uint16_t limit)
{
    uint16_t count = 0;
    walk_bytes(walk, value, COUNT_SIZE);
    if (walk->direction != MEASURE)
        memcpy(&count, value, sizeof(count));
    if (count <= limit)
        return count;
    walk->bad = true;
    walk->direction = MEASURE;
    return 0;
}

static void walk_enum(struct walk *walk, const struct interface_type *type, uint8_t *value)
{
    uint32_t number = 0;
    if (walk->direction == PUT)
        memcpy(&number, value, type->size);
    walk_bytes(walk, (uint8_t *)&number, ENUM_SIZE);
    if (walk->direction == GET && number >= type->limit)
        walk->bad = true;
    else if (walk->direction == GET)
        memcpy(value, &number, type->size);
}

static void walk_text(struct walk *walk, const struct interface_type *type, uint8_t *value)
{
    if (walk->direction == GET) {
        const uint8_t *text = walk->bytes + walk->at, *end = memchr(text, '\0', type->size);
        walk->bad |= !end || !cbor_text_is_valid(text, (size_t)(end - text));
    }
    walk_bytes(walk, value, type->size);
}

static void walk_value(struct walk *walk, const struct interface_type *type, uint8_t *value);

static void walk_array(struct walk *walk, const struct interface_type *type, uint8_t *value)
{
    const uint16_t count = walk_count(walk, value, type->limit);
    const enum direction direction = walk->direction;
    align(walk, alignment_of(type->of, walk->version));
    const uint32_t first = walk->at;
    for (uint16_t i = 0; i < count; i++)
        walk_value(walk, type->of, part(value, type->items + i * type->of->size));
    walk->direction = MEASURE;
    walk->at = first;
    walk_value(walk, type->of, NULL);
    walk->at = first + (walk->at - first) * type->limit;
    walk->direction = direction;
}

static void walk_struct(struct walk *walk, const struct interface_type *type, uint8_t *value)
{
    const struct interface_field *field = interface_field_from(type, 0);
    for (; field; field = interface_field_from(type, field->offset + 1)) {
        const enum direction direction = walk->direction;
        if (field->since > walk->version)
            continue;
        if (field->optional && !walk_bool(walk, part(value, field->has)))
            walk->direction = MEASURE;
        walk_value(walk, field->type, part(value, field->offset));
        walk->direction = direction;
    }
}

/* One value, aligned, with the room behind it that an array of them needs. */
static void walk_value(struct walk *walk, const struct interface_type *type, uint8_t *value)
{
    const uint32_t alignment = alignment_of(type, walk->version);
    align(walk, alignment);
    switch (type->kind) {
    case INTERFACE_STRUCT:
        walk_struct(walk, type, value);
        break;
    case INTERFACE_ARRAY:
        walk_array(walk, type, value);
        break;
    case INTERFACE_TEXT:
        walk_text(walk, type, value);
        break;
    case INTERFACE_BYTES:
        walk_count(walk, value, type->limit);
        walk_bytes(walk, part(value, COUNT_SIZE), type->limit);
        break;
    case INTERFACE_ENUM:
        walk_enum(walk, type, value);
        break;
    case INTERFACE_BOOL:
        walk_bool(walk, value);
        break;
    default:
        walk_bytes(walk, value, type->size);
    }
    align(walk, alignment);
}

uint32_t value_size(const struct interface_type *type, unsigned version)
{
    struct walk walk = {.direction = MEASURE, .version = version};
    walk_value(&walk, type, NULL);
    return walk.at;
}

bool value_get(const struct interface_type *type, unsigned version, const uint8_t *bytes,
               void *value)
{
    struct walk walk = {.direction = GET, .version = version, .bytes = (uint8_t *)bytes};
    walk_value(&walk, type, value);
    return !walk.bad;
}

void value_put(const struct interface_type *type, unsigned version, const void *value,
               uint8_t *bytes)
{
    struct walk walk = {.direction = PUT, .version = version, .bytes = bytes};
    walk_value(&walk, type, (uint8_t *)value); /* which it only reads */
}
