/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What the clock's registers mean: binary or two decimal digits in a byte, hours to 12 or to 24.
 */
#ifndef CMOS_TIME_H
#define CMOS_TIME_H

#include <kernel/calendar.h>
#include <stdbool.h>
#include <stdint.h>

enum { CMOS_BINARY = 1 << 2, CMOS_24_HOURS = 1 << 1, CMOS_AFTERNOON = 1 << 7 };

/* Registers as they are read at one time. */
struct cmos_time {
    uint8_t second, minute, hour, day, month, year;
    uint8_t century; /* 0 where no register has it: the years 2000 to 2099 */
    uint8_t format;  /* register B */
};

static inline uint8_t cmos_number(const struct cmos_time *time, uint8_t value)
{
    return time->format & CMOS_BINARY ? value : (uint8_t)((value >> 4) * 10 + (value & 15));
}

/* False if the registers have no date. */
static inline bool cmos_time_date(const struct cmos_time *time, struct calendar *date)
{
    uint8_t hour = cmos_number(time, time->hour & (uint8_t)~CMOS_AFTERNOON);
    if (!(time->format & CMOS_24_HOURS)) /* 12, 1, 2 … 11 */
        hour = (uint8_t)(hour % 12 + (time->hour & CMOS_AFTERNOON ? 12 : 0));
    *date = (struct calendar){
        .year = (uint16_t)((time->century ? cmos_number(time, time->century) : 20) * 100 +
                           cmos_number(time, time->year)),
        .month = cmos_number(time, time->month),
        .day = cmos_number(time, time->day),
        .hour = hour,
        .minute = cmos_number(time, time->minute),
        .second = cmos_number(time, time->second),
    };
    return calendar_is_valid(date);
}

#endif
