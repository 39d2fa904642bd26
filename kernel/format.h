/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The kernel's formatter: the part of C's printf that logs, panic reports and console tables need,
 * with no buffer of its own, no allocation and no locale, so that it works in any context.
 *
 * Conversions (C17 7.21.6.1): %d %i %u %x %X %c %s %p %%, flags - and 0, width and precision, both
 * also as *, lengths l, ll and z. One difference: %p always prints 0x and every digit of a pointer.
 * An unknown conversion is printed as it stands.
 *
 * Arguments can be packed, to be printed later or on another machine: their types, two bits each
 * from the lowest on, then each argument. Numbers are unsigned LEB128 (DWARF 5, 7.6), words that
 * are negative as 32 bits; a text is its length and its characters.
 */
#ifndef KERNEL_FORMAT_H
#define KERNEL_FORMAT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the text goes. Embedded in what its `put` needs besides. */
struct format_sink {
    void (*put)(struct format_sink *sink, char character);
};

/* Puts the formatted text into `sink`, character by character. Any context. */
void format_write(struct format_sink *sink, const char *format, va_list arguments);

/* What an argument is packed as. */
enum format_type { FORMAT_NONE, FORMAT_WORD /* to 32 bits */, FORMAT_LONG, FORMAT_TEXT };

/* Characters that all texts of one packing may have together; what is more is cut off. */
enum { FORMAT_TEXT_ROOM = 128 };

/* Packed bytes and how much of them is read. */
struct format_packed {
    const uint8_t *bytes; /* borrowed */
    size_t size;
    size_t offset;
};

/* Packs arguments of these types. Any context. */
void format_pack(struct format_sink *sink, uint32_t types, va_list arguments);

/* Puts a number as LEB128. Any context. */
void format_put_number(struct format_sink *sink, uint64_t number);

/* Takes one; false if there is none, or it is of more than 64 bits. Any context. */
bool format_take_number(struct format_packed *from, uint64_t *number);

/* As format_write, with packed arguments, of a machine whose pointers have `pointer_size` bytes.
 * Where they are damaged, or not of this format, numbers are 0 and texts empty. Any context. */
void format_write_packed(struct format_sink *sink, const char *format, struct format_packed *from,
                         unsigned pointer_size);

/* Stores as much of the text as fits into `size` bytes with its ending NUL (nothing if `size` is
 * 0). Returns the length of the whole text without NUL. Any context. */
size_t format_text(char *buffer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with the arguments as a list. */
size_t format_text_list(char *buffer, size_t size, const char *format, va_list arguments);

#endif
