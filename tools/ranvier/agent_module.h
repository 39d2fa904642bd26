/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * WebAssembly modules as files: what they import, export and ask for, and writing their manifest
 * (services/cells/manifest.h). Modules are read here for people; boards validate them.
 */
#ifndef RANVIER_AGENT_MODULE_H
#define RANVIER_AGENT_MODULE_H

#include <gen/json.h>
#include <services/cells/manifest.h>
#include <stdbool.h>

/* SHA-256 (FIPS 180-4). */
void agent_hash(const uint8_t *bytes, size_t size, uint8_t hash[32]);

/* Whether the file begins as a module does and its sections follow one another. Told otherwise. */
bool agent_module_check(const char *path, const uint8_t *module, size_t size);

/* Says at which byte a module is refused, and why, as boards do. COMMAND_FAILED. */
int agent_module_refused(const char *path, uint32_t offset, const char *why);

/* Prints all of it: hash, imports, exports, memory, policy, grants. COMMAND_OK or told. */
int agent_module_print(const char *path, const uint8_t *module, size_t size, struct json *json);

/* The same module with that manifest instead of its own: *made is the caller's to free. COMMAND_OK
 * or told. */
int agent_module_pack(const char *path, const uint8_t *module, size_t size,
                      const struct cells_manifest_reply *manifest, uint8_t **made,
                      size_t *made_size);

/* Writes a file, whole or not at all; false: told. */
bool agent_write_file(const char *path, const uint8_t *bytes, size_t size);

#endif
