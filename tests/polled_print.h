/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * printf for images that are tests: to the board's console, polled, in any context.
 */
#ifndef TESTS_POLLED_PRINT_H
#define TESTS_POLLED_PRINT_H

#include <kernel/board.h>
#include <kernel/format.h>
#include <kernel/serial.h>

static inline void polled_put(struct format_sink *sink, char character)
{
    (void)sink;
    serial(board.console)->write_polled(board.console, (const uint8_t *)&character, 1);
}

static inline void polled_print_list(const char *format, va_list arguments)
{
    struct format_sink sink = {polled_put};
    format_write(&sink, format, arguments);
}

__attribute__((format(printf, 1, 2))) static inline void polled_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    polled_print_list(format, arguments);
    va_end(arguments);
}

#endif
