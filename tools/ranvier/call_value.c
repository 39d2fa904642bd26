/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See call_value.h.
 */
#include "call_value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMERAL = 32, /* characters of any number */
    ENUM_TEXT = 256,
};

static bool is_signed(const struct interface_type *type)
{
    return type->kind >= INTERFACE_I8 && type->kind <= INTERFACE_I64;
}

const struct interface_field *call_value_next(const struct interface_type *type,
                                              const struct interface_field *before)
{
    const struct interface_field *next = NULL;
    for (size_t i = 0; i < type->limit; i++) {
        const struct interface_field *field = &type->fields[i];
        if ((!before || field->offset > before->offset) && (!next || field->offset < next->offset))
            next = field;
    }
    return next;
}

static const char *enum_names(const struct interface_type *type)
{
    static char names[ENUM_TEXT];
    size_t length = 0;
    for (size_t i = 0; i < type->limit && length < sizeof(names); i++)
        length += (size_t)snprintf(names + length, sizeof(names) - length, "%s%s", i ? "|" : "",
                                   type->names[i]);
    return names;
}

const char *call_value_kind(const struct interface_type *type)
{
    static const char *const names[] = {"bool", "u8",   "u16",   "u32",   "u64",   "i8",
                                        "i16",  "i32",  "i64",   "f32",   "f64",   "cap",
                                        "",     "text", "bytes", "array", "struct"};
    return type->kind == INTERFACE_ENUM ? enum_names(type) : names[type->kind];
}

/* --- reading */

static const char *read_unsigned(const struct interface_type *type, void *value, const char *text)
{
    char *end;
    errno = 0;
    const uint64_t number = strtoull(text, &end, 0);
    if (end == text || *end || errno || *text == '-')
        return "is no number";
    if (type->size < 8 && number >> (8 * type->size))
        return "is a number that is too great";
    memcpy(value, &number, type->size); /* little-endian, as all hosts that this runs on */
    return NULL;
}

/* A value's name, or its number. */
static const char *read_enum(const struct interface_type *type, void *value, const char *text)
{
    static char trouble[ENUM_TEXT];
    char *end = "";
    uint64_t number = 0;
    while (number < type->limit && strcmp(type->names[number], text) != 0)
        number++;
    if (number == type->limit && isdigit((unsigned char)*text))
        number = strtoull(text, &end, 0);
    if (number >= type->limit || *end) {
        snprintf(trouble, sizeof(trouble), "is none of %s", call_value_kind(type));
        return trouble;
    }
    memcpy(value, &number, type->size);
    return NULL;
}

static const char *read_signed(const struct interface_type *type, void *value, const char *text)
{
    char *end;
    errno = 0;
    const int64_t number = strtoll(text, &end, 0);
    const unsigned unused = 64 - 8 * type->size;
    if (end == text || *end || errno)
        return "is no number";
    if ((int64_t)((uint64_t)number << unused) >> unused != number)
        return "is a number that does not fit";
    memcpy(value, &number, type->size);
    return NULL;
}

static const char *read_real(const struct interface_type *type, void *value, const char *text)
{
    char *end;
    const double number = strtod(text, &end);
    const float half = (float)number;
    if (end == text || *end)
        return "is no number";
    memcpy(value, type->size == sizeof(half) ? (const void *)&half : &number, type->size);
    return NULL;
}

static const char *read_bytes(const struct interface_type *type, void *value, const char *text)
{
    const size_t digits = strlen(text);
    uint8_t *bytes = (uint8_t *)value + sizeof(uint16_t);
    if (digits % 2 || strspn(text, "0123456789abcdefABCDEF") != digits)
        return "is not in pairs of hexadecimal digits";
    if (digits / 2 > type->limit)
        return "is too long";
    for (size_t i = 0; i < digits / 2; i++) {
        const char pair[] = {text[2 * i], text[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    *(uint16_t *)value = (uint16_t)(digits / 2);
    return NULL;
}

static const char *read_one(const struct interface_type *type, void *value, const char *text);

static const char *read_array(const struct interface_type *type, void *value, const char *text)
{
    char *copy = strdup(text), *rest = copy;
    uint16_t count = 0;
    const char *trouble = copy ? NULL : "is too long";
    for (char *word; !trouble && *text && (word = strsep(&rest, ",")); count++)
        trouble =
            count == type->limit
                ? "has too many elements"
                : read_one(type->of,
                           (uint8_t *)value + type->items + (size_t)count * type->of->size, word);
    *(uint16_t *)value = count;
    free(copy);
    return trouble;
}

static const char *read_one(const struct interface_type *type, void *value, const char *text)
{
    switch ((enum interface_kind)type->kind) {
    case INTERFACE_BOOL:
        *(bool *)value = strcmp(text, "true") == 0;
        return *(bool *)value || strcmp(text, "false") == 0 ? NULL : "is neither true nor false";
    case INTERFACE_I8:
    case INTERFACE_I16:
    case INTERFACE_I32:
    case INTERFACE_I64:
        return read_signed(type, value, text);
    case INTERFACE_F32:
    case INTERFACE_F64:
        return read_real(type, value, text);
    case INTERFACE_ENUM:
        return read_enum(type, value, text);
    case INTERFACE_TEXT:
        if (strlen(text) > type->limit)
            return "is too long";
        strcpy(value, text);
        return NULL;
    case INTERFACE_BYTES:
        return read_bytes(type, value, text);
    case INTERFACE_ARRAY:
        return read_array(type, value, text);
    case INTERFACE_STRUCT:
        return "is a struct: name its fields, as in place.x=1";
    default:
        return read_unsigned(type, value, text);
    }
}

static const struct interface_field *find(const struct interface_type *type, const char *name,
                                          size_t length)
{
    for (size_t i = 0; i < type->limit; i++)
        if (strlen(type->fields[i].name) == length &&
            memcmp(type->fields[i].name, name, length) == 0)
            return &type->fields[i];
    return NULL;
}

const char *call_value_read(const struct interface_type *type, void *value, const char *word)
{
    const size_t length = strcspn(word, ".=");
    const struct interface_field *field = find(type, word, length);
    uint8_t *const member = field ? (uint8_t *)value + field->offset : NULL;
    if (!field)
        return "is no field of the call";
    if (field->optional)
        *((bool *)value + field->has) = true;
    if (word[length] != '.')
        return read_one(field->type, member, word + length + 1);
    return field->type->kind == INTERFACE_STRUCT
               ? call_value_read(field->type, member, word + length + 1)
               : "is no field of the call";
}

const char *call_value_missing(const struct interface_type *type, char *const *words, size_t count)
{
    for (const struct interface_field *field = call_value_next(type, NULL); field;
         field = call_value_next(type, field)) {
        const size_t length = strlen(field->name);
        bool given = field->optional || field->type->kind == INTERFACE_STRUCT ||
                     field->type->kind == INTERFACE_ARRAY;
        for (size_t i = 0; i < count; i++)
            given |= strncmp(words[i], field->name, length) == 0 && words[i][length] == '=';
        if (!given)
            return field->name;
    }
    return NULL;
}

/* --- printing */

static void print_value(struct json *json, const char *name, const struct interface_type *type,
                        const void *value, unsigned depth);

static void print_members(struct json *json, const struct interface_type *type, const void *value,
                          unsigned depth)
{
    const uint8_t *const members = value;
    for (const struct interface_field *field = call_value_next(type, NULL); field;
         field = call_value_next(type, field))
        if (!field->optional || *(const bool *)(members + field->has))
            print_value(json, field->name, field->type, members + field->offset, depth);
}

static void print_word(struct json *json, const char *name, const char *word, bool quoted,
                       unsigned depth)
{
    if (!json)
        printf("%*s%s%s%s\n", (int)(2 * depth), "", name ? name : "-", name ? ": " : " ", word);
    else if (quoted)
        json_text(json, name, word);
    else
        json_numeral(json, name, word);
}

static void print_number(struct json *json, const char *name, const struct interface_type *type,
                         const void *value, unsigned depth)
{
    char numeral[NUMERAL];
    uint64_t number = 0;
    memcpy(&number, value, type->size);
    const unsigned unused = 64 - 8 * type->size;
    if (is_signed(type))
        snprintf(numeral, sizeof(numeral), "%" PRId64, (int64_t)(number << unused) >> unused);
    else
        snprintf(numeral, sizeof(numeral), "%" PRIu64, number);
    print_word(json, name, numeral, false, depth);
}

/* By its name; one that this program knows no name of as its number. */
static void print_enum(struct json *json, const char *name, const struct interface_type *type,
                       const void *value, unsigned depth)
{
    uint32_t number = 0;
    memcpy(&number, value, type->size);
    if (number < type->limit)
        print_word(json, name, type->names[number], true, depth);
    else
        print_number(json, name, type, value, depth);
}

/* JSON has no word for what is no number, or infinite: null there. */
static void print_real(struct json *json, const char *name, const struct interface_type *type,
                       const void *value, unsigned depth)
{
    char numeral[NUMERAL];
    double number;
    float half;
    memcpy(&half, value, sizeof(half));
    if (type->size == sizeof(half))
        number = (double)half;
    else
        memcpy(&number, value, sizeof(number));
    snprintf(numeral, sizeof(numeral), "%.*g", type->size == sizeof(half) ? 9 : 17, number);
    if (json && (number - number != 0))
        json_null(json, name);
    else
        print_word(json, name, numeral, false, depth);
}

static void print_bytes(struct json *json, const char *name, const void *value, unsigned depth)
{
    const uint16_t length = *(const uint16_t *)value;
    const uint8_t *bytes = (const uint8_t *)value + sizeof(length);
    char *digits = malloc(2 * (size_t)length + 1);
    if (!digits)
        abort();
    digits[0] = '\0';
    for (size_t i = 0; i < length; i++)
        snprintf(digits + 2 * i, 3, "%02x", bytes[i]);
    print_word(json, name, digits, true, depth);
    free(digits);
}

static void print_parts(struct json *json, const char *name, const struct interface_type *type,
                        const void *value, unsigned depth)
{
    const bool array = type->kind == INTERFACE_ARRAY;
    const uint8_t *const items = (const uint8_t *)value + type->items;
    if (json)
        (array ? json_open_array : json_open_object)(json, name);
    else
        printf("%*s%s\n", (int)(2 * depth), name ? name : "-", name ? ":" : "");
    if (array)
        for (size_t i = 0; i < *(const uint16_t *)value; i++)
            print_value(json, NULL, type->of, items + i * type->of->size, depth + 1);
    else
        print_members(json, type, value, depth + 1);
    if (json)
        (array ? json_close_array : json_close_object)(json);
}

static void print_value(struct json *json, const char *name, const struct interface_type *type,
                        const void *value, unsigned depth)
{
    switch ((enum interface_kind)type->kind) {
    case INTERFACE_BOOL:
        print_word(json, name, *(const bool *)value ? "true" : "false", false, depth);
        break;
    case INTERFACE_ENUM:
        print_enum(json, name, type, value, depth);
        break;
    case INTERFACE_F32:
    case INTERFACE_F64:
        print_real(json, name, type, value, depth);
        break;
    case INTERFACE_TEXT:
        print_word(json, name, value, true, depth);
        break;
    case INTERFACE_BYTES:
        print_bytes(json, name, value, depth);
        break;
    case INTERFACE_ARRAY:
    case INTERFACE_STRUCT:
        print_parts(json, name, type, value, depth);
        break;
    default:
        print_number(json, name, type, value, depth);
        break;
    }
}

void call_value_print(struct json *json, const struct interface_type *type, const void *value)
{
    print_members(json, type, value, 0);
}
