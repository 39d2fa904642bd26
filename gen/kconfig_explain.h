/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * `explain KEY=config.X`: the value of a Kconfig symbol, who set it, and who uses it.
 */
#ifndef GEN_KCONFIG_EXPLAIN_H
#define GEN_KCONFIG_EXPLAIN_H

#include "kconfig_choose.h"

/* Prints about the symbol of that name (without CONFIG_) to standard output: value, who set it
 * layer by layer, range, dependencies and which of them are unmet, and the sources that mention it.
 * Returns 0, or 2 with one line printed where there is no such symbol. */
int kconfig_explain(const struct kconfig *kconfig, const char *name);

#endif
