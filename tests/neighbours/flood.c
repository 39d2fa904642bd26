/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A bad neighbour that never ends: it sends messages, as large as they may be, to whoever is called
 * neighbour. Grants: send.
 */
#include <ranvier.h>

static uint8_t message[RANVIER_MESSAGE];

RANVIER_EXPORT(_start) void start(void)
{
    struct ranvier_id to;

    if (ranvier_find("neighbour", 9, &to))
        __builtin_trap();
    for (;;)
        ranvier_send(&to, message, sizeof(message), RANVIER_URGENT);
}
