/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * An echo server: sends every message back to whoever sent it. Grants: log, send.
 */
#include <ranvier.h>

static uint8_t message[RANVIER_MESSAGE];

RANVIER_EXPORT(_start) void start(void)
{
    struct ranvier_id from;

    ranvier_print("echo is there\n");
    for (;;) {
        int32_t length = ranvier_receive(&from, message, sizeof(message), RANVIER_FOREVER);
        if (length < 0)
            continue; /* it was moved: wait again */
        if (ranvier_send(&from, message, (size_t)length, RANVIER_NORMAL))
            ranvier_print("an answer was not taken\n");
    }
}
