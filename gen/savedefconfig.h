/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Moves what a person chose from the build folder into the board's own file, where it stays.
 */
#ifndef GEN_SAVEDEFCONFIG_H
#define GEN_SAVEDEFCONFIG_H

#include "kconfig_choose.h"

/* After kconfig_choose without errors: writes each choice into the `config:` map of the board's
 * file (a choice that only undoes an entry there takes the entry out), then removes choices.config.
 * The rest of the file stays byte for byte; the new text is read again and compared before it
 * replaces the file, at once. With errors, which go to the board's diagnostics, nothing is changed.
 * What was done is printed to `out`. Returns whether all went well. */
bool savedefconfig(struct kconfig *kconfig, FILE *out);

#endif
