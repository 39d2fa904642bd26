/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A board in memory: the generator's steps without its files, for unit tests and the fuzzer. Texts
 * stand for files; what Kconfig would choose is given.
 */
#ifndef GEN_FIXTURE_H
#define GEN_FIXTURE_H

#include <gen/board.h>

struct fixture {
    struct arena arena;
    struct diagnostics diagnostics;
    struct layered layered;
    struct catalog catalog;
    struct board board;
};

void fixture_init(struct fixture *fixture);
void fixture_fini(struct fixture *fixture);

/* Adds a driver or service described by `text` to the catalog; NULL if it has errors. */
struct binding *fixture_add(struct fixture *fixture, enum binding_kind kind, const char *name,
                            const char *text, size_t size);

/* The classes and drivers of a small machine (intc, alarm, uart) and a service (console). */
void fixture_add_usual(struct fixture *fixture);

/* Layers `upper` (a board, NULL: none) upon `lower` (a SoC), reads the board and resolves it with
 * everything switched on that is possible. False where there was nothing to read. */
bool fixture_resolve(struct fixture *fixture, const char *lower, size_t lower_size,
                     const char *upper, size_t upper_size);

/* All errors as they are printed; the caller frees the text. */
char *fixture_errors(const struct fixture *fixture);

#endif
