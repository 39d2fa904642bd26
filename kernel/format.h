/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The kernel's formatter: the part of C's printf that logs, panic reports and console tables need,
 * with no buffer of its own, no allocation and no locale, so that it works in any context.
 *
 * Conversions (C17 7.21.6.1): %d %i %u %x %X %c %s %p %%, flags - and 0, width and precision, both
 * also as *, lengths l, ll and z. One difference: %p always prints 0x and every digit of a pointer.
 * An unknown conversion is printed as it stands.
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Where the text goes. Embedded in what its `put` needs besides. */
struct format_sink {
    void (*put)(struct format_sink *sink, char character);
};

/* Puts the formatted text into `sink`, character by character. Any context. */
void format_write(struct format_sink *sink, const char *format, va_list arguments);

/* Stores as much of the text as fits into `size` bytes with its ending NUL (nothing if `size` is
 * 0). Returns the length of the whole text without NUL. Any context. */
size_t format_text(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with the arguments as a list. */
size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments);

#endif
