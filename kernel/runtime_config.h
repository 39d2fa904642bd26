/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The second stage of configuration: options that their bindings mark `runtime: true` lie in RAM,
 * and a device of class "configuration" merges a packed file over their baked values at boot,
 * before any other device starts that can wait. All of the file holds or none of it.
 */
#ifndef KERNEL_RUNTIME_CONFIG_H
#define KERNEL_RUNTIME_CONFIG_H

#include <kernel/board.h>
#include <kernel/status.h>
#include <stddef.h>
#include <stdint.h>

/* Merges the file (runtime_file.h; `ranvier config pack` makes it) over the options' values and
 * logs that, or why it is refused as a whole: ERR_CORRUPT for a damaged one, ERR_NOT_FOUND for
 * another board's, ERR_INTERFACE_MISMATCH for another schema, ERR_INVALID for an option that is
 * none, or a value that it cannot have. `source` is whose log line it is. Nothing is kept of
 * `bytes`. Boot context. */
enum status runtime_config_apply(const char *source, const uint8_t *bytes, size_t size);

#endif
