/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the validator and the translator both read of a function body.
 */
#ifndef SERVICES_WASM_BODY_H
#define SERVICES_WASM_BODY_H

#include <services/wasm/module.h>
#include <services/wasm/opcode.h>
#include <services/wasm/scratch.h>

/* Reads a block type as a function type (core 2.0, 5.4.1); its lists are borrowed. */
void block_type_read(struct reader *reader, const struct wasm_module *module,
                     struct wasm_func_type *type);

/* Reads the local declarations of a body and lists the types of all locals, parameters first, in
 * `types` (entries of one byte). Sets `count`. */
void locals_read(struct reader *reader, const struct wasm_module *module,
                 const struct wasm_func_type *type, struct scratch *types, uint32_t *count);

#endif
