/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The dependency expressions that bindings and interfaces may give their options (`depends:`):
 *
 *   DRIVER_PL011 && (LOG_LEVEL >= 2 || !ASAN)
 *
 * They are checked before they reach Kconfig, whose parser would end the program.
 */
#ifndef GEN_KCONFIG_EXPRESSION_H
#define GEN_KCONFIG_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

/* Checks the syntax. Returns true if it is right; else *error is the offset of the first byte that
 * does not fit. `visit` is called for each symbol named, numbers, y and n excepted; it may be NULL.
 */
bool kconfig_expression_check(const char *text, size_t *error,
                              void (*visit)(void *context, const char *name, size_t length),
                              void *context);

#endif
