/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See pl031.h.
 */
#include "pl031.h"

#include <kernel/clock.h>
#include <kernel/register.h>
#include <kernel/rtc.h>

enum {
    RTCDR = 0x00, /* seconds, by convention since 1970-01-01 */
    RTCCR = 0x0c,
    CR_START = 1 << 0, /* once started it goes on until power is lost */
};

static const struct register_window *registers(const struct device *device)
{
    return &((const struct pl031_config *)device->config)->registers;
}

static enum status pl031_init(const struct device *device)
{
    register_write32(registers(device), RTCCR, CR_START);
    return OK;
}

static enum status pl031_read(const struct device *device, uint64_t *nanoseconds)
{
    *nanoseconds = register_read32(registers(device), RTCDR) * NANOSECONDS_PER_SECOND;
    return *nanoseconds ? OK : ERR_DEVICE; /* nobody has ever set it */
}

static const struct rtc_operations operations = {.read = pl031_read};

const struct driver pl031_driver = {
    .name = "pl031",
    .class = "rtc",
    .init = pl031_init,
    .operations = &operations,
};
