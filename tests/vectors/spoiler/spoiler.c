/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See spoiler.h. It sleeps between, so that the board can be idle.
 */
#include "spoiler.h"

#include <kernel/clock.h>
#include <kernel/task.h>
#include <services/vectors/vectors.h>

enum { PERIOD = 1000000 /* ns */ };

enum status spoiler_main(const struct service *service)
{
    (void)service;
    for (;;) {
        hold_spoil_all();
        task_sleep_until(clock_now() + PERIOD);
    }
}
