/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Edits the `config:` map of a board's file as text, so that all the rest of it (comments, order,
 * quoting, indentation, block or flow style) stays as its author wrote it.
 */
#ifndef GEN_CONFIG_EDIT_H
#define GEN_CONFIG_EDIT_H

#include "diagnostic.h"

/* `text` with config.`name` set to `value` (YAML, on one line), or taken out if `value` is NULL.
 * A missing `config:` is added, one that has become empty goes. Where the text is written in a way
 * that this can't do without touching something else, an error says what; then, and only then, the
 * result is NULL. It is the arena's. */
const char *config_edit(struct diagnostics *diagnostics, const char *path, const char *text,
                        const char *name, const char *value);

#endif
