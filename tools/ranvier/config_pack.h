/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A YAML file with values for options that a board can change at boot, checked by the generator as
 * the board's own file is, and packed as kernel/runtime_file.h says.
 */
#ifndef RANVIER_CONFIG_PACK_H
#define RANVIER_CONFIG_PACK_H

#include <gen/json.h>
#include <stddef.h>

/* Packs `input` for the board into `output`, and tells what is in it where `json` is not NULL. Runs
 * from the root of the tree. Returns an exit status of command.h; what is wrong has been printed,
 * all of it. */
int config_pack(const char *target, const char *const *overlays, size_t overlay_count,
                const char *input, const char *output, struct json *json);

#endif
