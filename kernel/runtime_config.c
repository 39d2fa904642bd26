/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See runtime_config.h. The file is read twice: everything is checked before anything is stored.
 */
#include <kernel/runtime_config.h>

#include <kernel/cbor.h>
#include <kernel/integer.h>
#include <kernel/log.h>
#include <kernel/runtime_file.h>
#include <string.h>

static uint32_t little_endian(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

/* The content, if the file is whole. */
static enum status open_file(const uint8_t *bytes, size_t size, struct cbor_reader *content)
{
    if (size < RUNTIME_FILE_HEADER || memcmp(bytes, RUNTIME_FILE_MAGIC, 4) != 0)
        return ERR_CORRUPT;
    *content = (struct cbor_reader){.bytes = bytes + RUNTIME_FILE_HEADER,
                                    .length = size - RUNTIME_FILE_HEADER};
    if (little_endian(bytes + 4) != content->length ||
        little_endian(bytes + 8) != runtime_file_crc(content->bytes, content->length))
        return ERR_CORRUPT;
    return OK;
}

/* A head of that kind; its argument. */
static bool take(struct cbor_reader *reader, enum cbor_major wanted, uint64_t *argument)
{
    enum cbor_major major;
    return cbor_read_head(reader, &major, argument) && major == wanted;
}

/* The bytes of the string that comes next, and how many; NULL if it is none of that kind. */
static const uint8_t *take_string(struct cbor_reader *reader, enum cbor_major wanted,
                                  uint64_t *length)
{
    return take(reader, wanted, length) ? cbor_read_bytes(reader, *length) : NULL;
}

static const struct runtime_option *find_option(const char *name, uint64_t length)
{
    for (size_t i = 0; i < sizeof(board.options) / sizeof(board.options[0]); i++)
        for (size_t j = 0; j < board.options[i].count; j++) {
            const struct runtime_option *option = &board.options[i].rows[j];
            if (strlen(option->name) == length && memcmp(option->name, name, (size_t)length) == 0)
                return option;
        }
    return NULL;
}

static bool take_value(struct cbor_reader *reader, const struct runtime_option *option,
                       uint64_t *value)
{
    if (option->is_bool) {
        if (!take(reader, CBOR_SIMPLE, value) || (*value != CBOR_FALSE && *value != CBOR_TRUE))
            return false;
        *value -= CBOR_FALSE;
        return true;
    }
    return take(reader, CBOR_UNSIGNED, value) && *value >= option->min && *value <= option->max &&
           !(option->power_of_two && (*value == 0 || (*value & (*value - 1)) != 0));
}

/* Reads `count` options, each key behind the one before it (RFC 8949, 4.2.1), and stores their
 * values if that is wanted. *option is the last one, NULL if there is none of its name. */
static enum status read_options(struct cbor_reader *reader, uint64_t count, bool wanted,
                                const struct runtime_option **option)
{
    struct cbor_reader before = {0};
    for (; count > 0; count--) {
        struct cbor_reader key = {.bytes = reader->bytes + reader->offset};
        uint64_t length, value;
        const char *name = (const char *)take_string(reader, CBOR_TEXT, &length);
        if (!name)
            return ERR_CORRUPT;
        key.length = (size_t)(reader->bytes + reader->offset - key.bytes);
        /* Heads in their shortest form put a shorter key first. */
        if (before.length > key.length ||
            (before.length == key.length && memcmp(before.bytes, key.bytes, key.length) >= 0))
            return ERR_CORRUPT;
        before = key;
        *option = find_option(name, length);
        if (!*option || !take_value(reader, *option, &value))
            return ERR_INVALID;
        if (wanted)
            integer_store((*option)->value, (*option)->size, value);
    }
    return OK;
}

/* Whose file it is; the number of its options. */
static enum status read_header(struct cbor_reader *reader, uint64_t *count)
{
    uint64_t parts, length;
    if (!take(reader, CBOR_ARRAY, &parts) || parts != 3)
        return ERR_CORRUPT;
    const uint8_t *name = take_string(reader, CBOR_TEXT, &length);
    if (!name)
        return ERR_CORRUPT;
    if (strlen(board.name) != length || memcmp(board.name, name, (size_t)length) != 0)
        return ERR_NOT_FOUND;
    const uint8_t *schema = take_string(reader, CBOR_BYTES, &length);
    if (!schema || length != sizeof(board.schema))
        return ERR_CORRUPT;
    if (memcmp(schema, board.schema, sizeof(board.schema)) != 0)
        return ERR_INTERFACE_MISMATCH;
    return take(reader, CBOR_MAP, count) ? OK : ERR_CORRUPT;
}

static enum status merge(const uint8_t *bytes, size_t size, uint64_t *count,
                         const struct runtime_option **option)
{
    struct cbor_reader reader;
    enum status status = open_file(bytes, size, &reader);
    if (!status)
        status = read_header(&reader, count);
    if (status)
        return status;
    const struct cbor_reader options = reader;
    status = read_options(&reader, *count, false, option);
    if (!status && reader.offset != reader.length)
        status = ERR_CORRUPT;
    if (status)
        return status;
    reader = options;
    return read_options(&reader, *count, true, option);
}

enum status runtime_config_apply(const char *source, const uint8_t *bytes, size_t size)
{
    uint64_t count = 0;
    const struct runtime_option *option = NULL;
    enum status status = merge(bytes, size, &count, &option);
    switch (status) {
    case OK:
        log_info(source, "configuration of %u options merged", (unsigned)count);
        break;
    case ERR_NOT_FOUND:
        log_error(source, "configuration refused: it is for another board");
        break;
    case ERR_INTERFACE_MISMATCH:
        log_error(source, "configuration refused: this image has other options, pack it anew");
        break;
    case ERR_INVALID:
        if (option)
            log_error(source, "configuration refused: %s cannot have that value", option->name);
        else
            log_error(source, "configuration refused: an option that this image does not have");
        break;
    default:
        log_error(source, "configuration refused: it is damaged");
        break;
    }
    return status;
}
