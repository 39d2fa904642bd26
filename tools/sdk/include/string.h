/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What compilers call by themselves, and a length: C17, 7.24. All that agents without a C library
 * have of it (lib/string.c).
 */
#ifndef RANVIER_STRING_H
#define RANVIER_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *one, const void *other, size_t size);
size_t strlen(const char *text);

#endif
