/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * See cmos-clock.h. Once a second the clock changes its registers, for 2 ms at the most; what was
 * read in that time is nothing. So it is read until no change was under way and two readings agree.
 */
#include "cmos-clock.h"

#include "cmos_time.h"

#include <kernel/clock.h>
#include <kernel/rtc.h>
#include <platforms/arch/x86_64/port.h>
#include <string.h>

enum {
    SECOND = 0,
    MINUTE = 2,
    HOUR = 4,
    DAY = 7,
    MONTH = 8,
    YEAR = 9,
    STATUS_A = 10,
    STATUS_B = 11,

    UPDATING = 1 << 7, /* of STATUS_A */
    PATIENCE = 100000, /* polls of about 1 us */
};

static uint8_t read_register(const struct device *device, uint8_t number)
{
    const struct cmos_clock_config *config = device->config;

    port_write8(config->port, number);
    return port_read8((uint16_t)(config->port + 1));
}

static bool is_updating(const struct device *device)
{
    return read_register(device, STATUS_A) & UPDATING;
}

/* False if the clock is always about to change, as where there is none. */
static bool read_once(const struct device *device, struct cmos_time *time)
{
    const struct cmos_clock_config *config = device->config;

    for (unsigned i = 0; is_updating(device); i++)
        if (i == PATIENCE)
            return false;
    *time = (struct cmos_time){
        .second = read_register(device, SECOND),
        .minute = read_register(device, MINUTE),
        .hour = read_register(device, HOUR),
        .day = read_register(device, DAY),
        .month = read_register(device, MONTH),
        .year = read_register(device, YEAR),
        .century = config->century ? read_register(device, config->century) : 0,
        .format = read_register(device, STATUS_B),
    };
    return true;
}

static enum status cmos_clock_read(const struct device *device, uint64_t *nanoseconds)
{
    enum { ATTEMPTS = 5 };
    struct cmos_time time, again;
    struct calendar date;

    if (!read_once(device, &time))
        return ERR_DEVICE;
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        if (!read_once(device, &again))
            return ERR_DEVICE;
        if (memcmp(&time, &again, sizeof time) == 0) {
            if (!cmos_time_date(&time, &date))
                return ERR_DEVICE;
            *nanoseconds = calendar_seconds(&date) * NANOSECONDS_PER_SECOND;
            return OK;
        }
        time = again;
    }
    return ERR_DEVICE;
}

static enum status cmos_clock_init(const struct device *device)
{
    struct cmos_time time;

    return read_once(device, &time) ? OK : ERR_NOT_FOUND;
}

static const struct rtc_operations operations = {.read = cmos_clock_read};

const struct driver cmos_clock_driver = {
    .name = "cmos-clock",
    .class = "rtc",
    .init = cmos_clock_init,
    .operations = &operations,
};
