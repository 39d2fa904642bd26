/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the wrappers of Kconfig's library share. Only they include this: the library's names (struct
 * property, struct file, yes, no) clash with ours.
 */
#ifndef GEN_KCONFIG_LIBRARY_H
#define GEN_KCONFIG_LIBRARY_H

#include "kconfig_menu.h"

#include <stdlib.h>

#define KBUILD_NO_NLS
#include <kconfig/lkc.h>

static inline struct symbol *library_symbol(const struct kconfig_symbol *symbol)
{
    return symbol->library;
}

#endif
