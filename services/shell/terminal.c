/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What holds for every terminal.
 */
#include "terminal.h"

#include <kernel/clock.h>

void terminal_write(struct terminal *terminal, const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;
    bool waited = false;
    while (length) {
        size_t taken = terminal->write(terminal, bytes, length);
        bytes += taken;
        length -= taken;
        if (length)
            event_wait(&terminal->activity, CLOCK_NEVER);
        waited |= length > 0;
    }
    if (waited)
        event_signal(&terminal->activity); /* it may have told of something else, too */
}
