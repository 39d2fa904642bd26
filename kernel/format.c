/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The formatter: one conversion specification is parsed into a struct conversion and printed from
 * it.
 */
#include <kernel/format.h>

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    MAX_DIGITS = 20,      /* of 2^64 - 1 in decimal */
    PACKED_WIDTH_MAX = 99 /* with arguments, and maybe a format, from elsewhere */
};

struct conversion {
    bool left;     /* flag '-' */
    bool zero;     /* flag '0' */
    int width;     /* 0 for none */
    int precision; /* -1 for none */
    enum { LENGTH_INT, LENGTH_LONG, LENGTH_LONG_LONG, LENGTH_SIZE } length;
    char type;
};

static void repeat(struct format_sink *sink, char character, int count)
{
    for (; count > 0; count--)
        sink->put(sink, character);
}

static void print_characters(struct format_sink *sink, const struct conversion *conversion,
                             const char *text, size_t length)
{
    int padding = length < (size_t)conversion->width ? conversion->width - (int)length : 0;
    if (!conversion->left)
        repeat(sink, ' ', padding);
    for (size_t i = 0; i < length; i++)
        sink->put(sink, text[i]);
    if (conversion->left)
        repeat(sink, ' ', padding);
}

/* The text ends at a NUL or after `limit` characters. */
static void print_text(struct format_sink *sink, const struct conversion *conversion,
                       const char *text, size_t limit)
{
    if (conversion->precision >= 0 && (size_t)conversion->precision < limit)
        limit = (size_t)conversion->precision;
    size_t length = 0;
    while (length < limit && text[length])
        length++;
    print_characters(sink, conversion, text, length);
}

/* Prints sign or prefix `prefix`, then `value` to `base`. */
static void print_number(struct format_sink *sink, const struct conversion *conversion,
                         const char *prefix, uint64_t value, unsigned base)
{
    const char *symbols = conversion->type == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    char digits[MAX_DIGITS];
    int count = 0;
    for (; value; value /= base)
        digits[count++] = symbols[value % base];

    int least = conversion->precision < 0 ? 1 : conversion->precision;
    int zeros = least > count ? least - count : 0;
    int prefixed = (int)strlen(prefix);
    int padding = conversion->width - prefixed - zeros - count;
    if (conversion->zero && !conversion->left && conversion->precision < 0 && padding > 0) {
        zeros += padding;
        padding = 0;
    }
    if (!conversion->left)
        repeat(sink, ' ', padding);
    for (int i = 0; i < prefixed; i++)
        sink->put(sink, prefix[i]);
    repeat(sink, '0', zeros);
    while (count > 0)
        sink->put(sink, digits[--count]);
    if (conversion->left)
        repeat(sink, ' ', padding);
}

static void print_signed(struct format_sink *sink, const struct conversion *conversion,
                         int64_t value)
{
    bool negative = value < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value : (uint64_t)value;
    print_number(sink, conversion, negative ? "-" : "", magnitude, 10);
}

/* The arguments of a format: a list, or packed ones. */
struct arguments {
    va_list list;
    struct format_packed *packed; /* NULL: the list */
    uint64_t types;               /* of the packed ones that are left */
    unsigned pointer_size;
};

/* The type of the next packed argument. */
static enum format_type take_type(struct arguments *arguments)
{
    enum format_type type = arguments->types & 3;
    arguments->types >>= 2;
    return type;
}

/* The next number, sign-extended if it is signed. What is wide is a uint64_t, all else has 32 bits.
 */
static uint64_t take_number(const struct conversion *conversion, struct arguments *arguments,
                            bool is_signed)
{
    static const uint8_t sizes[] = {
        [LENGTH_INT] = sizeof(int),
        [LENGTH_LONG] = sizeof(long),
        [LENGTH_LONG_LONG] = sizeof(long long),
        [LENGTH_SIZE] = sizeof(size_t),
    };
    bool wide = sizes[conversion->length] > sizeof(uint32_t);
    uint64_t number = 0;
    if (arguments->packed) {
        enum format_type type = take_type(arguments);
        wide = type != FORMAT_WORD;
        if (type == FORMAT_NONE || !format_take_number(arguments->packed, &number))
            return 0;
    } else if (wide) {
        number = va_arg(arguments->list, uint64_t);
    } else {
        number = va_arg(arguments->list, uint32_t);
    }
    return is_signed && !wide ? (uint64_t)(int32_t)number : number;
}

/* The next text and how long it is at most. */
static const char *take_text(struct arguments *arguments, size_t *limit)
{
    struct format_packed *packed = arguments->packed;
    uint64_t length;
    *limit = SIZE_MAX;
    if (!packed) {
        const char *text = va_arg(arguments->list, const char *);
        return text ? text : "(null)";
    }
    if (take_type(arguments) != FORMAT_TEXT || !format_take_number(packed, &length) ||
        length > packed->size - packed->offset)
        return "";
    const char *text = (const char *)packed->bytes + packed->offset;
    packed->offset += *limit = (size_t)length;
    return text;
}

/* Parses digits or '*' at `*format`. Of more than four digits the first four count: padding takes
 * time. */
static int parse_number(const char **format, struct arguments *arguments)
{
    if (**format == '*') {
        static const struct conversion plain = {.length = LENGTH_INT};
        (*format)++;
        return (int)take_number(&plain, arguments, true);
    }
    int number = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++)
        if (number < 1000)
            number = number * 10 + (**format - '0');
    return number;
}

/* Parses what follows a '%'. Returns the position behind the conversion's type, which is NUL where
 * the format ends too early. */
static const char *parse(const char *format, struct conversion *conversion,
                         struct arguments *arguments)
{
    *conversion = (struct conversion){.precision = -1};
    for (;; format++) {
        if (*format == '-')
            conversion->left = true;
        else if (*format == '0')
            conversion->zero = true;
        else
            break;
    }
    conversion->width = parse_number(&format, arguments);
    if (conversion->width < 0) {
        conversion->left = true;
        conversion->width = conversion->width == INT_MIN ? INT_MAX : -conversion->width;
    }
    if (*format == '.') {
        format++;
        conversion->precision = parse_number(&format, arguments);
    }
    if (arguments->packed && conversion->width > PACKED_WIDTH_MAX)
        conversion->width = PACKED_WIDTH_MAX;
    if (arguments->packed && conversion->precision > PACKED_WIDTH_MAX)
        conversion->precision = PACKED_WIDTH_MAX;
    for (; *format == 'l'; format++)
        conversion->length = conversion->length == LENGTH_INT ? LENGTH_LONG : LENGTH_LONG_LONG;
    if (*format == 'z') {
        conversion->length = LENGTH_SIZE;
        format++;
    }
    conversion->type = *format;
    return *format ? format + 1 : format;
}

/* Prints one conversion with its argument. False if there is no such conversion. */
static bool print(struct format_sink *sink, struct conversion *conversion,
                  struct arguments *arguments)
{
    size_t limit;
    const char *text;
    char character;
    switch (conversion->type) {
    case 'd':
    case 'i':
        print_signed(sink, conversion, (int64_t)take_number(conversion, arguments, true));
        return true;
    case 'u':
        print_number(sink, conversion, "", take_number(conversion, arguments, false), 10);
        return true;
    case 'x':
    case 'X':
        print_number(sink, conversion, "", take_number(conversion, arguments, false), 16);
        return true;
    case 'c':
        character = (char)take_number(conversion, arguments, false);
        print_characters(sink, conversion, &character, 1);
        return true;
    case 's':
        text = take_text(arguments, &limit);
        print_text(sink, conversion, text, limit);
        return true;
    case 'p':
        conversion->length = LENGTH_SIZE;
        conversion->precision = 2 * (int)arguments->pointer_size;
        print_number(sink, conversion, "0x", take_number(conversion, arguments, false), 16);
        return true;
    case '%':
        sink->put(sink, '%');
        return true;
    default:
        return false;
    }
}

static void write(struct format_sink *sink, const char *format, struct arguments *arguments)
{
    while (*format) {
        const char *start = format++;
        if (*start != '%') {
            sink->put(sink, *start);
            continue;
        }
        struct conversion conversion;
        format = parse(format, &conversion, arguments);
        if (!print(sink, &conversion, arguments))
            for (; start < format; start++)
                sink->put(sink, *start);
    }
}

void format_write(struct format_sink *sink, const char *format, va_list list)
{
    struct arguments arguments = {.pointer_size = sizeof(void *)};
    va_copy(arguments.list, list);
    write(sink, format, &arguments);
    va_end(arguments.list);
}

void format_write_packed(struct format_sink *sink, const char *format, struct format_packed *from,
                         unsigned pointer_size)
{
    struct arguments arguments = {.packed = from, .pointer_size = pointer_size};
    if (!format_take_number(from, &arguments.types))
        arguments.types = 0;
    write(sink, format, &arguments);
}

void format_put_number(struct format_sink *sink, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        sink->put(sink, (char)(number | 0x80));
    sink->put(sink, (char)number);
}

bool format_take_number(struct format_packed *from, uint64_t *number)
{
    *number = 0;
    for (unsigned shift = 0; from->offset < from->size && shift < 64; shift += 7) {
        uint8_t byte = from->bytes[from->offset++];
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return shift < 63 || byte < 2;
    }
    return false;
}

/* Puts a text of at most `room` characters; returns how many it has. */
static size_t pack_text(struct format_sink *sink, const char *text, size_t room)
{
    size_t length = 0;
    if (!text)
        text = "(null)";
    while (length < room && text[length])
        length++;
    format_put_number(sink, length);
    for (size_t i = 0; i < length; i++)
        sink->put(sink, text[i]);
    return length;
}

void format_pack(struct format_sink *sink, uint32_t types, va_list list)
{
    size_t room = FORMAT_TEXT_ROOM;
    struct arguments arguments;
    va_copy(arguments.list, list);
    format_put_number(sink, types);
    for (; types; types >>= 2)
        if ((types & 3) == FORMAT_WORD)
            format_put_number(sink, va_arg(arguments.list, unsigned));
        else if ((types & 3) == FORMAT_LONG)
            format_put_number(sink, va_arg(arguments.list, uint64_t));
        else
            room -= pack_text(sink, va_arg(arguments.list, const char *), room);
    va_end(arguments.list);
}

struct buffer_sink {
    struct format_sink sink; /* first: put converts back */
    char *buffer;
    size_t size;
    size_t length;
};

static void buffer_put(struct format_sink *sink, char character)
{
    struct buffer_sink *to = (struct buffer_sink *)sink;
    if (to->length + 1 < to->size)
        to->buffer[to->length] = character;
    to->length++;
}

size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments)
{
    struct buffer_sink to = {.sink = {buffer_put}, .buffer = buffer, .size = size};
    format_write(&to.sink, format, arguments);
    if (size)
        buffer[to.length < size ? to.length : size - 1] = '\0';
    return to.length;
}

size_t format_text(char *buffer, size_t size, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = format_text_list(buffer, size, format, arguments);
    va_end(arguments);
    return length;
}
