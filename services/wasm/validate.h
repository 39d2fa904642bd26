/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The two halves of validation: the module's fields, then its function bodies.
 */
#ifndef SERVICES_WASM_VALIDATE_H
#define SERVICES_WASM_VALIDATE_H

#include <services/wasm/module.h>

/* Checks every body against the module's fields, which must have been checked. core 2.0, A.3. */
enum status validate_bodies(const struct wasm_module *module, struct wasm_error *error);

#endif
