/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See host-clock.h.
 */
#include "host-clock.h"

#include <kernel/clock.h>
#include <kernel/rtc.h>
#include <time.h>

static enum status host_clock_init(const struct device *device)
{
    (void)device;
    return OK;
}

static enum status host_clock_read(const struct device *device, uint64_t *nanoseconds)
{
    struct timespec now;
    (void)device;
    if (clock_gettime(CLOCK_REALTIME, &now) || now.tv_sec < 0)
        return ERR_DEVICE;
    *nanoseconds = (uint64_t)now.tv_sec * NANOSECONDS_PER_SECOND + (uint64_t)now.tv_nsec;
    return OK;
}

static const struct rtc_operations operations = {.read = host_clock_read};

const struct driver host_clock_driver = {
    .name = "host-clock",
    .class = "rtc",
    .init = host_clock_init,
    .operations = &operations,
};
