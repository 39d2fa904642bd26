/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What this CPU has, by the words of its arch.yaml, so that no architecture is named here.
 */
#ifndef CELLS_FEATURES_H
#define CELLS_FEATURES_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the hardware profile has the feature of that name of `length` characters. Any context. */
bool feature_has(const char *word, size_t length);

#endif
