/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a test's tasks did, in order, as text that the test compares at its end.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static char trace[1024];

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t length = strlen(trace);
    vsnprintf(trace + length, sizeof(trace) - length, format, arguments);
    va_end(arguments);
}

#endif
