/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a person did to `.config` since it was derived, as wishes.
 */
#ifndef GEN_KCONFIG_TAKEOVER_H
#define GEN_KCONFIG_TAKEOVER_H

#include "kconfig_choose.h"

/* Brings `chosen` up to date with `edited`, the `.config` as it is now. `derived` is what it was
 * when it was written, NULL if that is not known; then every value in `edited` that differs from
 * what the board and `chosen` give is a person's. Where the board has changed its mind meanwhile
 * about a symbol that the person changed too, that is an error which names both. */
void kconfig_take_over(struct kconfig *kconfig, const struct kconfig_wishes *derived,
                       const struct kconfig_wishes *edited, struct kconfig_wishes *chosen);

#endif
