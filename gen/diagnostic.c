/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See diagnostic.h.
 */
#include "diagnostic.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct note {
    struct position at;
    const char *text;
    struct note *next;
};

struct diagnostic {
    struct position at;
    const char *text;
    struct note *notes;
    const char *fix;
    size_t order; /* of arrival; keeps the sort stable */
    struct diagnostic *next;
};

void diagnostics_init(struct diagnostics *diagnostics, struct arena *arena)
{
    *diagnostics = (struct diagnostics){.arena = arena};
}

struct diagnostic *diagnostic_error(struct diagnostics *diagnostics, struct position at,
                                    const char *format, ...)
{
    struct diagnostic *diagnostic = arena_alloc(diagnostics->arena, sizeof(*diagnostic));
    va_list arguments;
    va_start(arguments, format);
    diagnostic->text = arena_vprintf(diagnostics->arena, format, arguments);
    va_end(arguments);
    diagnostic->at = at;
    diagnostic->order = diagnostics->error_count++;
    diagnostic->next = diagnostics->first;
    diagnostics->first = diagnostic;
    return diagnostic;
}

void diagnostic_note(struct diagnostics *diagnostics, struct diagnostic *diagnostic,
                     struct position at, const char *format, ...)
{
    struct note *note = arena_alloc(diagnostics->arena, sizeof(*note));
    va_list arguments;
    va_start(arguments, format);
    note->text = arena_vprintf(diagnostics->arena, format, arguments);
    va_end(arguments);
    note->at = at;
    struct note **end = &diagnostic->notes;
    while (*end != NULL)
        end = &(*end)->next;
    *end = note;
}

void diagnostic_fix(struct diagnostics *diagnostics, struct diagnostic *diagnostic,
                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diagnostic->fix = arena_vprintf(diagnostics->arena, format, arguments);
    va_end(arguments);
}

static int position_compare(struct position a, struct position b)
{
    int order = strcmp(a.file, b.file);
    if (order == 0 && a.line != b.line)
        order = a.line < b.line ? -1 : 1;
    if (order == 0 && a.column != b.column)
        order = a.column < b.column ? -1 : 1;
    return order;
}

static int diagnostic_compare(const void *a, const void *b)
{
    const struct diagnostic *x = *(const struct diagnostic *const *)a;
    const struct diagnostic *y = *(const struct diagnostic *const *)b;
    int order = position_compare(x->at, y->at);
    if (order == 0 && x->order != y->order)
        order = x->order < y->order ? -1 : 1;
    return order;
}

static bool said_before(struct diagnostic *const *sorted, size_t index)
{
    const struct diagnostic *one = sorted[index];
    while (index-- > 0 && position_compare(sorted[index]->at, one->at) == 0)
        if (strcmp(sorted[index]->text, one->text) == 0)
            return true;
    return false;
}

static void print_line(FILE *stream, const char *indent, struct position at, const char *kind,
                       const char *text)
{
    fprintf(stream, "%s%s:", indent, at.file);
    if (at.line > 0)
        fprintf(stream, "%u:", at.line);
    if (at.line > 0 && at.column > 0)
        fprintf(stream, "%u:", at.column);
    fprintf(stream, " %s: %s\n", kind, text);
}

static void diagnostic_print(const struct diagnostic *diagnostic, FILE *stream)
{
    print_line(stream, "", diagnostic->at, "error", diagnostic->text);
    for (const struct note *note = diagnostic->notes; note != NULL; note = note->next)
        print_line(stream, "  ", note->at, "note", note->text);
    if (diagnostic->fix != NULL)
        fprintf(stream, "  fix: %s\n", diagnostic->fix);
}

void diagnostics_print(const struct diagnostics *diagnostics, FILE *stream)
{
    size_t count = diagnostics->error_count, printed = 0;
    if (count == 0)
        return;
    struct diagnostic **sorted =
        arena_alloc(diagnostics->arena, count * sizeof(struct diagnostic *));
    size_t index = 0;
    for (struct diagnostic *one = diagnostics->first; one != NULL; one = one->next)
        sorted[index++] = one;
    qsort(sorted, count, sizeof(struct diagnostic *), diagnostic_compare);
    for (index = 0; index < count; index++) {
        if (said_before(sorted, index))
            continue;
        diagnostic_print(sorted[index], stream);
        printed++;
    }
    if (printed > 1)
        fprintf(stream, "%zu errors\n", printed);
}

#define LONGEST_NAME 64

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance with transpositions of neighbours (optimal string alignment): R. Lowrance and
 * R. Wagner, "An Extension of the String-to-String Correction Problem", 1975, restricted. */
static size_t edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][LONGEST_NAME + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = smaller(smaller(above[j], row[j - 1]) + 1, above[j - 1] + cost);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = smaller(row[j], above_that[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *nearest_name(const char *word, const char *const *candidates, size_t count)
{
    size_t length = strlen(word);
    if (length > LONGEST_NAME)
        return NULL;
    size_t limit = length < 4 ? 1 : length < 8 ? 2 : 3;
    const char *nearest = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t candidate_length = strlen(candidates[i]);
        if (candidate_length > LONGEST_NAME)
            continue;
        size_t distance = edit_distance(word, length, candidates[i], candidate_length);
        if (distance <= limit && distance < length) {
            limit = distance == 0 ? 0 : distance - 1;
            nearest = candidates[i];
            if (distance == 0)
                break;
        }
    }
    return nearest;
}
