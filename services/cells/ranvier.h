/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The imports of module "ranvier": what an agent can ask of the node that it is on.
 */
#ifndef CELLS_RANVIER_H
#define CELLS_RANVIER_H

#include <services/cells/host.h>

extern const struct host_import ranvier_imports[];
extern const size_t ranvier_import_count;

/* Whether the agent waits to be moved, by migrate_me; copies where to, with its zero. */
bool ranvier_target(struct cell *cell, char *target, size_t size);

/* Tells it that it will not be: its call returns ERR_DENIED. ERR_NOT_FOUND: it does not wait so. */
enum status ranvier_refuse(struct cell *cell);

#endif
