/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Random bytes for agents and ids: a pool of 32 bytes that every draw hashes with the clock, a
 * counter and what was stirred in. It is the node's, so that an agent that was copied draws other
 * bytes than the original. As good as the node's sources: times of events, and where it was told.
 * Not for keys. (RFC 4086, 5.2)
 */
#ifndef CELLS_RANDOM_H
#define CELLS_RANDOM_H

#include <services/cells/cell.h>

/* A fresh pool for a node of that name. */
void random_begin(struct cells *cells, const char *node);

/* Adds something that others can't know. */
void random_stir(struct cells *cells, const void *bytes, size_t size);

/* Draws `size` bytes. */
void random_draw(struct cells *cells, void *bytes, size_t size);

#endif
