/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Travels: "travel" leaves itself a message, asks to be moved to another node, and tells where it
 * is then and what it found in its mail. Its hook writes down before each snapshot how far it is,
 * which "visited" tells of. Grants: log send migrate.
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

static void leave_note(void)
{
    struct ranvier_id self;
    ranvier_id(&self);
    ranvier_send(&self, "a note", 6, RANVIER_NORMAL);
}

static void read_note(void)
{
    struct ranvier_id from;
    char note[16];
    const int32_t length = ranvier_receive(&from, note, sizeof(note), 0);
    ranvier_print("with ");
    ranvier_log(note, length > 0 ? (size_t)length : 0);
    ranvier_print("\n");
}

/* Returns the status of its move. */
RANVIER_EXPORT(travel) int32_t travel(void)
{
    visits++;
    leave_note();
    const int32_t status = ranvier_migrate_me("", 0, RANVIER_FOREVER);
    look();
    read_note();
    return status;
}

/* How often it had set out when its last snapshot was taken. */
RANVIER_EXPORT(visited) uint32_t visited(void)
{
    return settled;
}
