/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the cells service does for each call of its interface; the context is its struct cells.
 */
#ifndef CELLS_CALLS_H
#define CELLS_CALLS_H

#include <services/cells/cell.h>
#include <services/cells/random.h>

extern const struct cells_server cells_calls_server;

#endif
