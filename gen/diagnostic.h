/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Errors as the generator prints them, collected so that one run reports them all:
 *
 *   configs/lab.yaml:12:10: error: devices.uart0.irq: 1530 is not an interrupt of this board's gic
 * (0 to 255) platforms/soc/bcm2711/soc.yaml:40:12: note: overrides 153, set here fix: remove the
 * line, or choose a free one: `make TARGET=lab explain KEY=interrupts`
 *
 * Printed sorted by file and position, each once.
 */
#ifndef GEN_DIAGNOSTIC_H
#define GEN_DIAGNOSTIC_H

#include "arena.h"
#include <stddef.h>
#include <stdio.h>

/* A place in a file; line and column count from 1, in characters; line 0: the file as a whole. */
struct position {
    const char *file;
    unsigned line;
    unsigned column;
};

struct diagnostic;

struct diagnostics {
    struct arena *arena; /* borrowed; owns the texts */
    struct diagnostic *first;
    size_t error_count;
};

void diagnostics_init(struct diagnostics *diagnostics, struct arena *arena);

/* Adds an error. The result is for diagnostic_note and diagnostic_fix only; never NULL. */
struct diagnostic *diagnostic_error(struct diagnostics *diagnostics, struct position at,
                                    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Adds the other party's position to an error. */
void diagnostic_note(struct diagnostics *diagnostics, struct diagnostic *diagnostic,
                     struct position at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Says what to do about it; one fix an error. */
void diagnostic_fix(struct diagnostics *diagnostics, struct diagnostic *diagnostic,
                    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Prints all, sorted; a closing line counts them where there are several. */
void diagnostics_print(const struct diagnostics *diagnostics, FILE *stream);

/* The candidate nearest to `word` by edit distance (optimal string alignment), or NULL if none is
 * near enough to be a likely typo. */
const char *nearest_name(const char *word, const char *const *candidates, size_t count);

#endif
