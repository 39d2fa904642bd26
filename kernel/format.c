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

enum { MAX_DIGITS = 20 }; /* of 2^64 - 1 in decimal */

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

static void print_text(struct format_sink *sink, const struct conversion *conversion,
                       const char *text)
{
    if (!text)
        text = "(null)";
    size_t limit = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    size_t length = 0;
    while (length < limit && text[length])
        length++;

    int padding = length < (size_t)conversion->width ? conversion->width - (int)length : 0;
    if (!conversion->left)
        repeat(sink, ' ', padding);
    for (size_t i = 0; i < length; i++)
        sink->put(sink, text[i]);
    if (conversion->left)
        repeat(sink, ' ', padding);
}

static void print_character(struct format_sink *sink, const struct conversion *conversion,
                            char character)
{
    if (!conversion->left)
        repeat(sink, ' ', conversion->width - 1);
    sink->put(sink, character);
    if (conversion->left)
        repeat(sink, ' ', conversion->width - 1);
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

static void print_pointer(struct format_sink *sink, struct conversion *conversion,
                          const void *pointer)
{
    conversion->precision = 2 * (int)sizeof(pointer);
    print_number(sink, conversion, "0x", (uintptr_t)pointer, 16);
}

static void print_signed(struct format_sink *sink, const struct conversion *conversion,
                         int64_t value)
{
    bool negative = value < 0;
    uint64_t magnitude = negative ? 0 - (uint64_t)value : (uint64_t)value;
    print_number(sink, conversion, negative ? "-" : "", magnitude, 10);
}

/* A va_list in a struct: so it can be handed on by pointer wherever va_list is an array. */
struct arguments {
    va_list list;
};

static int64_t take_signed(const struct conversion *conversion, struct arguments *arguments)
{
    switch (conversion->length) {
    case LENGTH_LONG:
        return va_arg(arguments->list, long);
    case LENGTH_LONG_LONG:
        return va_arg(arguments->list, long long);
    case LENGTH_SIZE:
        return va_arg(arguments->list, ptrdiff_t);
    default:
        return va_arg(arguments->list, int);
    }
}

static uint64_t take_unsigned(const struct conversion *conversion, struct arguments *arguments)
{
    switch (conversion->length) {
    case LENGTH_LONG:
        return va_arg(arguments->list, unsigned long);
    case LENGTH_LONG_LONG:
        return va_arg(arguments->list, unsigned long long);
    case LENGTH_SIZE:
        return va_arg(arguments->list, size_t);
    default:
        return va_arg(arguments->list, unsigned);
    }
}

/* Parses digits or '*' at `*format`. A number too large to be one counts as INT_MAX / 10. */
static int parse_number(const char **format, struct arguments *arguments)
{
    if (**format == '*') {
        (*format)++;
        return va_arg(arguments->list, int);
    }
    int number = 0;
    for (; **format >= '0' && **format <= '9'; (*format)++)
        if (number < INT_MAX / 100)
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
    switch (conversion->type) {
    case 'd':
    case 'i':
        print_signed(sink, conversion, take_signed(conversion, arguments));
        return true;
    case 'u':
        print_number(sink, conversion, "", take_unsigned(conversion, arguments), 10);
        return true;
    case 'x':
    case 'X':
        print_number(sink, conversion, "", take_unsigned(conversion, arguments), 16);
        return true;
    case 'c':
        print_character(sink, conversion, (char)va_arg(arguments->list, int));
        return true;
    case 's':
        print_text(sink, conversion, va_arg(arguments->list, const char *));
        return true;
    case 'p':
        print_pointer(sink, conversion, va_arg(arguments->list, const void *));
        return true;
    case '%':
        sink->put(sink, '%');
        return true;
    default:
        return false;
    }
}

void format_write(struct format_sink *sink, const char *format, va_list list)
{
    struct arguments arguments;
    va_copy(arguments.list, list);
    while (*format) {
        const char *start = format++;
        if (*start != '%') {
            sink->put(sink, *start);
            continue;
        }
        struct conversion conversion;
        format = parse(format, &conversion, &arguments);
        if (!print(sink, &conversion, &arguments))
            for (; start < format; start++)
                sink->put(sink, *start);
    }
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
