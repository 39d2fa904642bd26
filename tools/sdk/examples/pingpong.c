/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Ping-pong: spawns a child, sends it numbers, and gets each back with one added. Both are this
 * module: the child is who has a message before it has sent one. Grants: log, send, spawn.
 */
#include <ranvier.h>

/* Answers until nothing has come for a second. */
static void pong(struct ranvier_id from, uint32_t number)
{
    int32_t length;
    do {
        number++;
        ranvier_send(&from, &number, sizeof(number), RANVIER_NORMAL);
        length = ranvier_receive(&from, &number, sizeof(number), RANVIER_SECOND);
    } while (length == sizeof(number));
}

/* Plays so many rounds; returns the number that came back last. */
static uint32_t ping(uint32_t rounds)
{
    struct ranvier_id child, from;
    uint32_t number = 0;

    if (ranvier_spawn("pong", 4, "", 0, &child))
        return 0;
    for (uint32_t i = 0; i < rounds; i++) {
        if (ranvier_send(&child, &number, sizeof(number), RANVIER_URGENT) ||
            ranvier_receive(&from, &number, sizeof(number), RANVIER_SECOND) != sizeof(number))
            return 0;
    }
    return number;
}

RANVIER_EXPORT(_start) void start(void)
{
    struct ranvier_id self, parent, from;
    uint32_t number;

    /* The child's name is taken only by the child. */
    if (!ranvier_id(&self) && !ranvier_find("pong", 4, &parent) &&
        memcmp(&self, &parent, sizeof(self)) == 0) {
        if (ranvier_receive(&from, &number, sizeof(number), RANVIER_SECOND) == sizeof(number))
            pong(from, number);
        return;
    }
    ranvier_print("played ");
    ranvier_print_number(ping(100));
    ranvier_print(" rounds\n");
}
