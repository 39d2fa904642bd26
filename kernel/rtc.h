/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Class "rtc": a clock that keeps the time of day while the board is off. Who wants the time asks
 * clock_real.h, which reads the device once.
 */
#ifndef KERNEL_RTC_H
#define KERNEL_RTC_H

#include <kernel/device.h>

struct rtc_operations {
    /* Nanoseconds since 1970-01-01 00:00 UTC, as precisely as the device has it. ERR_DEVICE if what
     * it has is no time. May take milliseconds. Task context. */
    enum status (*read)(const struct device *device, uint64_t *nanoseconds);
};

/* Typed access; `device` is of class "rtc". */
static inline const struct rtc_operations *rtc(const struct device *device)
{
    return device->driver->operations;
}

#endif
