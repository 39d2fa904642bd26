/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The C library's functions that the Forth engine calls, for a compiler that comes without one, so
 * that its size can be measured.
 */
#ifndef TESTS_FORTH_FREESTANDING_STRING_H
#define TESTS_FORTH_FREESTANDING_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t length);
void *memmove(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *a, const void *b, size_t length);
size_t strlen(const char *text);
char *strchr(const char *text, int c);

#endif
