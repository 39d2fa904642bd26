/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See interface.h. Both directions walk the tables, as deep as the types are within one another,
 * which the generator bounds.
 */
#include <kernel/interface.h>

#include <kernel/cbor.h>
#include <kernel/integer.h>
#include <string.h>

/* Where text and bytes have their content. */
#define BYTES_AT sizeof(uint16_t)

const struct interface_type interface_scalars[] = {
    [INTERFACE_BOOL] = {.kind = INTERFACE_BOOL, .size = sizeof(bool)},
    [INTERFACE_U8] = {.kind = INTERFACE_U8, .size = 1},
    [INTERFACE_U16] = {.kind = INTERFACE_U16, .size = 2},
    [INTERFACE_U32] = {.kind = INTERFACE_U32, .size = 4},
    [INTERFACE_U64] = {.kind = INTERFACE_U64, .size = 8},
    [INTERFACE_I8] = {.kind = INTERFACE_I8, .size = 1},
    [INTERFACE_I16] = {.kind = INTERFACE_I16, .size = 2},
    [INTERFACE_I32] = {.kind = INTERFACE_I32, .size = 4},
    [INTERFACE_I64] = {.kind = INTERFACE_I64, .size = 8},
    [INTERFACE_F32] = {.kind = INTERFACE_F32, .size = 4},
    [INTERFACE_F64] = {.kind = INTERFACE_F64, .size = 8},
    [INTERFACE_CAP] = {.kind = INTERFACE_CAP, .size = sizeof(struct capability)},
};

enum status interface_find(const struct interface *interface, uint32_t hash,
                           const struct interface_call **call, unsigned *version)
{
    for (size_t i = 0; i < interface->call_count; i++) {
        if (interface->calls[i].hash != hash)
            continue;
        *call = &interface->calls[i];
        *version = interface->version;
        return OK;
    }
    for (size_t i = 0; i < interface->ancestor_count; i++) {
        if (interface->ancestors[i].hash != hash)
            continue;
        *call = &interface->calls[interface->ancestors[i].call];
        *version = interface->ancestors[i].version;
        return OK;
    }
    return ERR_INTERFACE_MISMATCH;
}

const struct interface_field *interface_field_from(const struct interface_type *type, size_t offset)
{
    const struct interface_field *first = NULL;
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        if (field->offset >= offset && (!first || field->offset < first->offset))
            first = field;
    }
    return first;
}

const struct interface_field *interface_field_before(const struct interface_type *type,
                                                     size_t offset)
{
    const struct interface_field *last = NULL;
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        if (field->offset < offset && (!last || field->offset > last->offset))
            last = field;
    }
    return last;
}

/* All of a value's bits but the sign: what it and the complement of a negative one may have. */
static uint64_t signed_limit(size_t size)
{
    return (UINT64_C(1) << (8 * size - 1)) - 1;
}

static void write_signed(struct cbor_writer *writer, const void *value, size_t size)
{
    uint64_t bits = integer_load(value, size), limit = signed_limit(size);
    if (bits > limit)
        cbor_write_head(writer, CBOR_NEGATIVE, ~bits & limit);
    else
        cbor_write_head(writer, CBOR_UNSIGNED, bits);
}

static bool write_value(struct cbor_writer *writer, const struct interface_type *type,
                        unsigned version, const uint8_t *value);

static bool write_text(struct cbor_writer *writer, const struct interface_type *type,
                       const uint8_t *value)
{
    size_t length = 0;
    while (length < type->size && value[length])
        length++;
    if (length > type->limit || !cbor_text_is_valid(value, length))
        return false;
    cbor_write_head(writer, CBOR_TEXT, length);
    cbor_write_bytes(writer, value, length);
    return true;
}

static bool write_bytes(struct cbor_writer *writer, const struct interface_type *type,
                        const uint8_t *value)
{
    size_t length = (size_t)integer_load(value, BYTES_AT);
    if (length > type->limit)
        return false;
    cbor_write_head(writer, CBOR_BYTES, length);
    cbor_write_bytes(writer, value + BYTES_AT, length);
    return true;
}

static bool write_array(struct cbor_writer *writer, const struct interface_type *type,
                        unsigned version, const uint8_t *value)
{
    size_t count = (size_t)integer_load(value, BYTES_AT);
    if (count > type->limit)
        return false;
    cbor_write_head(writer, CBOR_ARRAY, count);
    const uint8_t *item = value + type->items;
    for (; count > 0; count--, item += type->of->size)
        if (!write_value(writer, type->of, version, item))
            return false;
    return true;
}

static bool is_there(const struct interface_field *field, unsigned version, const uint8_t *value)
{
    return !field->optional ||
           (field->since <= version && integer_load(value + field->has, 1) != 0);
}

static bool write_struct(struct cbor_writer *writer, const struct interface_type *type,
                         unsigned version, const uint8_t *value)
{
    size_t count = 0;
    for (size_t i = 0; i < type->limit; i++)
        count += is_there(&type->fields[i], version, value);
    cbor_write_head(writer, CBOR_MAP, count);
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        if (!is_there(field, version, value))
            continue;
        cbor_write_head(writer, CBOR_TEXT, strlen(field->name));
        cbor_write_bytes(writer, field->name, strlen(field->name));
        if (!write_value(writer, field->type, version, value + field->offset))
            return false;
    }
    return true;
}

static bool write_value(struct cbor_writer *writer, const struct interface_type *type,
                        unsigned version, const uint8_t *value)
{
    switch (type->kind) {
    case INTERFACE_BOOL:
        cbor_write_head(writer, CBOR_SIMPLE,
                        integer_load(value, type->size) ? CBOR_TRUE : CBOR_FALSE);
        return true;
    case INTERFACE_ENUM:
        if (integer_load(value, type->size) >= type->limit)
            return false;
        cbor_write_head(writer, CBOR_UNSIGNED, integer_load(value, type->size));
        return true;
    case INTERFACE_I8:
    case INTERFACE_I16:
    case INTERFACE_I32:
    case INTERFACE_I64:
        write_signed(writer, value, type->size);
        return true;
    case INTERFACE_F32:
    case INTERFACE_F64:
        cbor_write_float(writer, integer_load(value, type->size), type->size);
        return true;
    case INTERFACE_TEXT:
        return write_text(writer, type, value);
    case INTERFACE_BYTES:
        return write_bytes(writer, type, value);
    case INTERFACE_ARRAY:
        return write_array(writer, type, version, value);
    case INTERFACE_STRUCT:
        return write_struct(writer, type, version, value);
    default:
        cbor_write_head(writer, CBOR_UNSIGNED, integer_load(value, type->size));
        return true;
    }
}

enum status interface_encode(const struct interface_type *type, unsigned version, const void *value,
                             uint8_t *bytes, size_t capacity, size_t *length)
{
    struct cbor_writer writer = {.bytes = bytes, .capacity = capacity};
    if (!write_value(&writer, type, version, value))
        return ERR_INVALID;
    *length = writer.length;
    return writer.length > capacity ? ERR_LIMIT : OK;
}

/* A head of that major type, its argument at most `limit`. */
static bool read_head(struct cbor_reader *reader, enum cbor_major wanted, uint64_t limit,
                      uint64_t *argument)
{
    enum cbor_major major;
    return cbor_read_head(reader, &major, argument) && major == wanted && *argument <= limit;
}

static bool read_unsigned(struct cbor_reader *reader, size_t size, uint64_t limit, uint8_t *value)
{
    uint64_t number;
    if (!read_head(reader, CBOR_UNSIGNED, limit, &number))
        return false;
    integer_store(value, size, number);
    return true;
}

static bool read_signed(struct cbor_reader *reader, size_t size, uint8_t *value)
{
    enum cbor_major major;
    uint64_t number;
    if (!cbor_read_head(reader, &major, &number) || major > CBOR_NEGATIVE ||
        number > signed_limit(size))
        return false;
    integer_store(value, size, major == CBOR_NEGATIVE ? ~number : number);
    return true;
}

static bool read_bool(struct cbor_reader *reader, size_t size, uint8_t *value)
{
    uint64_t number;
    if (!read_head(reader, CBOR_SIMPLE, CBOR_TRUE, &number) || number < CBOR_FALSE)
        return false;
    integer_store(value, size, number == CBOR_TRUE);
    return true;
}

static bool read_float(struct cbor_reader *reader, size_t size, uint8_t *value)
{
    uint64_t bits;
    if (!cbor_read_float(reader, size, &bits))
        return false;
    integer_store(value, size, bits);
    return true;
}

static bool read_value(struct cbor_reader *reader, const struct interface_type *type,
                       uint8_t *value);

/* Text or bytes to `to`; *length is what it has. */
static bool read_string(struct cbor_reader *reader, enum cbor_major major,
                        const struct interface_type *type, uint8_t *to, uint64_t *length)
{
    if (!read_head(reader, major, type->limit, length))
        return false;
    const uint8_t *bytes = cbor_read_bytes(reader, *length);
    if (!bytes || (major == CBOR_TEXT && !cbor_text_is_valid(bytes, (size_t)*length)))
        return false;
    memcpy(to, bytes, (size_t)*length);
    return true;
}

static bool read_bytes(struct cbor_reader *reader, const struct interface_type *type,
                       uint8_t *value)
{
    uint64_t length;
    if (!read_string(reader, CBOR_BYTES, type, value + BYTES_AT, &length))
        return false;
    integer_store(value, BYTES_AT, length);
    return true;
}

static bool read_array(struct cbor_reader *reader, const struct interface_type *type,
                       uint8_t *value)
{
    uint64_t count;
    if (!read_head(reader, CBOR_ARRAY, type->limit, &count))
        return false;
    integer_store(value, BYTES_AT, count);
    uint8_t *item = value + type->items;
    for (; count > 0; count--, item += type->of->size)
        if (!read_value(reader, type->of, item))
            return false;
    return true;
}

/* Whether the next key is `name`; it is read then. */
static bool read_key(struct cbor_reader *reader, const char *name)
{
    const size_t before = reader->offset, wanted = strlen(name);
    uint64_t length;
    if (read_head(reader, CBOR_TEXT, wanted, &length) && length == wanted) {
        const uint8_t *bytes = cbor_read_bytes(reader, length);
        if (bytes && memcmp(bytes, name, wanted) == 0)
            return true;
    }
    reader->offset = before;
    return false;
}

/* As keys come in one order only, each is the next field or an optional one is not there. */
static bool read_struct(struct cbor_reader *reader, const struct interface_type *type,
                        uint8_t *value)
{
    uint64_t left;
    if (!read_head(reader, CBOR_MAP, type->limit, &left))
        return false;
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        bool there = left > 0 && read_key(reader, field->name);
        if (!there && !field->optional)
            return false;
        if (field->optional)
            integer_store(value + field->has, 1, there);
        if (there && !read_value(reader, field->type, value + field->offset))
            return false;
        left -= there;
    }
    return left == 0;
}

static bool read_value(struct cbor_reader *reader, const struct interface_type *type,
                       uint8_t *value)
{
    uint64_t length;
    switch (type->kind) {
    case INTERFACE_BOOL:
        return read_bool(reader, type->size, value);
    case INTERFACE_ENUM:
        return read_unsigned(reader, type->size, type->limit - 1u, value);
    case INTERFACE_I8:
    case INTERFACE_I16:
    case INTERFACE_I32:
    case INTERFACE_I64:
        return read_signed(reader, type->size, value);
    case INTERFACE_F32:
    case INTERFACE_F64:
        return read_float(reader, type->size, value);
    case INTERFACE_TEXT:
        return read_string(reader, CBOR_TEXT, type, value, &length);
    case INTERFACE_BYTES:
        return read_bytes(reader, type, value);
    case INTERFACE_ARRAY:
        return read_array(reader, type, value);
    case INTERFACE_STRUCT:
        return read_struct(reader, type, value);
    default:
        return read_unsigned(reader, type->size, UINT64_MAX >> (64 - 8 * type->size), value);
    }
}

enum status interface_decode(const struct interface_type *type, const uint8_t *bytes, size_t length,
                             void *value)
{
    struct cbor_reader reader = {.bytes = bytes, .length = length};
    if (type->size)
        memset(value, 0, type->size);
    if (!read_value(&reader, type, value) || reader.offset != length)
        return ERR_CORRUPT;
    return OK;
}
