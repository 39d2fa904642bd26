/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Strings, byte by byte: n words are made, hashed, compared and counted in a table with chains;
 * then a text of them is searched.
 */
#include "program.h"

EXPORT(words)

#define CHAINS  1024u
#define MOST    4096u
#define LONGEST 16

struct word {
    struct word *next;
    uint32_t hash, count;
    char text[LONGEST];
};

static struct word words[MOST], *chains[CHAINS];
static char text[1 << 14];

/* FNV-1a. */
static uint32_t hash_of(const char *s)
{
    uint32_t hash = 2166136261u;

    while (*s)
        hash = (hash ^ (uint8_t)*s++) * 16777619u;
    return hash;
}

static int is_same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static char *append(char *to, const char *from)
{
    while ((*to = *from++) != 0)
        to++;
    return to;
}

/* The number's digits in base 7, with a beginning that many share. */
static void word_make(char *to, uint32_t number)
{
    to = append(to, "word");
    do {
        *to++ = (char)('a' + number % 7);
        number /= 7;
    } while (number);
    *to = 0;
}

static uint32_t word_count(const char *s, uint32_t *used)
{
    uint32_t hash = hash_of(s);
    struct word *word = chains[hash % CHAINS];

    while (word && (word->hash != hash || !is_same(word->text, s)))
        word = word->next;
    if (!word) {
        word = &words[(*used)++];
        word->hash = hash;
        word->count = 0;
        append(word->text, s);
        word->next = chains[hash % CHAINS];
        chains[hash % CHAINS] = word;
    }
    return ++word->count;
}

/* How often a word stands in the text. */
static uint32_t occurrences(const char *wanted)
{
    uint32_t found = 0;

    for (const char *at = text; *at; at++) {
        const char *a = at, *b = wanted;

        while (*b && *a == *b) {
            a++;
            b++;
        }
        found += *b == 0;
    }
    return found;
}

PROGRAM(words)
{
    uint64_t state = 9, sum = 0;
    char word[LONGEST], *end = text;
    uint32_t used = 0;

    for (uint32_t i = 0; i < CHAINS; i++)
        chains[i] = 0;
    for (uint32_t i = 0; i < n; i++) {
        word_make(word, random_next(&state) % MOST);
        sum = sum * 7 + word_count(word, &used);
        if (end + LONGEST < text + sizeof text)
            end = append(end, word);
    }
    for (uint32_t i = 0; i < used; i += 256)
        sum += occurrences(words[i].text);
    return sum;
}
