/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The imports of module "ranvier": what an agent can ask of the node that it is on.
 */
#ifndef CELLS_RANVIER_H
#define CELLS_RANVIER_H

#include <services/cells/host.h>

extern const struct host_import ranvier_imports[];
extern const size_t ranvier_import_count;

#endif
