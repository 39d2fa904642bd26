/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See string.h. The attribute keeps the compiler
 * from making a loop the call of what it is the body of.
 */
#include <string.h>

#define OWN(name) __attribute__((no_builtin(name)))

OWN("memcpy") void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    unsigned char *put = to;
    const unsigned char *get = from;
    for (size_t i = 0; i < size; i++)
        put[i] = get[i];
    return to;
}

OWN("memmove") void *memmove(void *to, const void *from, size_t size)
{
    unsigned char *put = to;
    const unsigned char *get = from;
    for (size_t i = 0; i < size; i++) {
        const size_t at = put < get ? i : size - 1 - i;
        put[at] = get[at];
    }
    return to;
}

OWN("memset") void *memset(void *to, int byte, size_t size)
{
    unsigned char *put = to;
    for (size_t i = 0; i < size; i++)
        put[i] = (unsigned char)byte;
    return to;
}

OWN("memcmp") int memcmp(const void *one, const void *other, size_t size)
{
    const unsigned char *a = one, *b = other;
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i])
            return a[i] - b[i];
    return 0;
}

OWN("strlen") size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}
