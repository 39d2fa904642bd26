/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Says of each wish that has no effect, why. Kconfig itself drops such a wish without a word.
 */
#ifndef GEN_KCONFIG_VERIFY_H
#define GEN_KCONFIG_VERIFY_H

#include "kconfig_choose.h"

/* Checks every wish of the board and of `chosen` against the menu, as evaluated under both, and
 * reports the errors to the board's diagnostics. Returns whether there were none. */
bool kconfig_verify(const struct kconfig *kconfig, const struct kconfig_wishes *chosen);

/* Checks the options of bindings and interfaces against the menu: what they depend on exists, and
 * nothing else defines them. */
void kconfig_verify_options(const struct kconfig *kconfig);

#endif
