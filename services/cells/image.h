/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Agents that are in the image, from the board file's `agents:`, and the services that agents can
 * call: the tables that the generator prints (templates/agents.c.j2), and what the service does
 * with the agents at its start.
 */
#ifndef CELLS_IMAGE_H
#define CELLS_IMAGE_H

#include <services/cells/cell.h>

struct agent_image {
    const char *name; /* NULL ends the table */
    const uint8_t *module, *module_end;
    const char *space, *grants, *arguments, *environment;
    bool start;
    struct cells_policy policy;
};

extern const struct agent_image agent_images[];

/* The interfaces of the services that agents can call, up to a NULL. */
extern const struct interface *const agent_services[];

/* Makes the agents of the table, and starts those that are to be. What fails is logged, and the
 * others go on. */
void image_start(struct cells *cells, const struct agent_image *images);

#endif
