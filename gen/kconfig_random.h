/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Random choices, for tests: whatever a person may choose is either built or refused with a reason.
 */
#ifndef GEN_KCONFIG_RANDOM_H
#define GEN_KCONFIG_RANDOM_H

#include "kconfig_choose.h"

#include <stdint.h>

/* Prints a choices.config for the board that kconfig_check evaluated. Each value is of its symbol's
 * type and, as a rule, in its range and with its dependencies met; now and then one is not. The
 * same seed gives the same choices. */
void kconfig_random(struct kconfig *kconfig, uint64_t seed, FILE *out);

#endif
