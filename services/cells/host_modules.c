/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Every family of imports that this image has (host.h).
 */
#include <services/cells/host.h>
#include <services/cells/ranvier.h>
#include <services/cells/wasi.h>

const struct host_module host_modules[] = {
    {"ranvier", ranvier_imports, &ranvier_import_count},
    {"wasi_snapshot_preview1", wasi_imports, &wasi_import_count},
};

const size_t host_module_count = sizeof(host_modules) / sizeof(host_modules[0]);
