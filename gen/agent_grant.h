/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What agents of the image are granted.
 */
#ifndef GEN_AGENT_GRANT_H
#define GEN_AGENT_GRANT_H

#include <stddef.h>

struct board;

/* Grants that are no calls of services. */
extern const char *const agent_own_grants[];
extern const size_t agent_own_grant_count;

/* Checks each agent's grants, and its module's imports against them. board_resolve: what is in the
 * image is known. */
void agents_check_grants(struct board *board);

#endif
