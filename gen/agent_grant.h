/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What agents of the image are granted.
 */
#ifndef GEN_AGENT_GRANT_H
#define GEN_AGENT_GRANT_H

struct board;

/* Checks each agent's grants, and its module's imports against them. board_resolve: what is in the
 * image is known. */
void agents_check_grants(struct board *board);

#endif
