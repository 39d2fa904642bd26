/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Random bytes for agents and ids: a pool of 32 bytes that every draw hashes with the clock, a
 * counter and what was stirred in. It is the node's, so that an agent that was copied draws other
 * bytes than the original. Fit for keys where the node has a source (kernel/entropy.h), which gives
 * it as many bytes at its start and whenever an agent is restored; elsewhere all it has are times
 * of events and hashes, and they are not for keys. (RFC 4086, 5.2)
 */
#ifndef CELLS_RANDOM_H
#define CELLS_RANDOM_H

#include <services/cells/cell.h>

/* Makes a pool for a node of that name, seeded if there is a source; logs if that fails. Task
 * context, as all. */
void random_begin(struct cells *cells, const char *node);

/* Stirs in bytes of the node's source, as many as the pool has. entropy_read's errors: the pool is
 * as it was. */
enum status random_seed(struct cells *cells);

/* Logs that what an agent is about to draw is not for keys, if no source has seeded the pool; the
 * first time only. */
void random_warn(struct cells *cells);

/* Adds something that others can't know. */
void random_stir(struct cells *cells, const void *bytes, size_t size);

/* Draws `size` bytes. */
void random_draw(struct cells *cells, void *bytes, size_t size);

#endif
