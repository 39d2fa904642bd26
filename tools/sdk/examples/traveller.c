/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Travels: "travel" asks to be moved to another node, and tells where it is then. Its hook writes
 * down before each snapshot how far it is, which "visited" tells of. Grants: log migrate.
 */
#include <ranvier.h>

static char node[64];
static uint32_t visits, settled;

RANVIER_CHECKPOINT
{
    settled = visits;
    ranvier_print("settled\n");
}

static void look(void)
{
    const int32_t length = ranvier_node(node, sizeof(node));
    ranvier_print("on ");
    ranvier_log(node, length > 0 ? (size_t)length : 0);
    ranvier_print("\n");
}

RANVIER_EXPORT(_initialize) void initialize(void)
{
    look();
}

/* Returns the status of its move. */
RANVIER_EXPORT(travel) int32_t travel(void)
{
    visits++;
    const int32_t status = ranvier_migrate_me("", 0, RANVIER_FOREVER);
    look();
    return status;
}

/* How often it had set out when its last snapshot was taken. */
RANVIER_EXPORT(visited) uint32_t visited(void)
{
    return settled;
}
