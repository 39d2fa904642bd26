/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The configuration as C sees it: GEN/include/config.h, and for each symbol GEN/kconfig/SYMBOL.h,
 * whose time changes when the symbol's value does (see fixdep.c).
 */
#ifndef GEN_KCONFIG_HEADER_H
#define GEN_KCONFIG_HEADER_H

#include "kconfig_choose.h"

/* Writes both below the folder `gen`. Bools are always defined, as 1 or 0; other symbols where
 * their dependencies are met. Errors go to the board's diagnostics. */
bool kconfig_headers_write(const struct kconfig *kconfig, const char *gen);

#endif
