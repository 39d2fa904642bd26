/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Dates of the Gregorian calendar, UTC, from 1970 on, against seconds since then. Years begin in
 * March here, so that the leap day is their last, and come in eras of 400 (H. Hinnant, "chrono-
 * Compatible Low-Level Date Algorithms", days_from_civil and civil_from_days).
 */
#ifndef KERNEL_CALENDAR_H
#define KERNEL_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct calendar {
    uint16_t year;  /* 1970 to 9999 */
    uint8_t month;  /* 1 to 12 */
    uint8_t day;    /* 1 to 31 */
    uint8_t hour;   /* 0 to 23 */
    uint8_t minute; /* 0 to 59 */
    uint8_t second; /* 0 to 59 */
};

enum {
    CALENDAR_ERA_DAYS = 146097, /* of 400 years */
    CALENDAR_1970 = 719468,     /* days from 0000-03-01 to 1970-01-01 */
    CALENDAR_DAY_SECONDS = 86400,
};

/* Days from the first of March to the first of a month, counted from March = 0. */
static inline uint32_t calendar_month_start(uint32_t month)
{
    return (153 * month + 2) / 5;
}

/* Seconds since 1970-01-01 00:00; the date is valid. */
static inline uint64_t calendar_seconds(const struct calendar *date)
{
    uint32_t year = date->year - (date->month <= 2);
    uint32_t in_era = year % 400;
    uint32_t month = (date->month + 9u) % 12;
    uint32_t days = year / 400 * CALENDAR_ERA_DAYS + in_era * 365 + in_era / 4 - in_era / 100 +
                    calendar_month_start(month) + date->day - 1u - CALENDAR_1970;
    return (uint64_t)days * CALENDAR_DAY_SECONDS + date->hour * 3600u + date->minute * 60u +
           date->second;
}

/* The date of a second before the year 10000. */
static inline void calendar_date(uint64_t seconds, struct calendar *date)
{
    uint32_t days = (uint32_t)(seconds / CALENDAR_DAY_SECONDS) + CALENDAR_1970;
    uint32_t rest = (uint32_t)(seconds % CALENDAR_DAY_SECONDS);
    uint32_t era = days / CALENDAR_ERA_DAYS, in_era = days % CALENDAR_ERA_DAYS;
    uint32_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    uint32_t in_year = in_era - (365 * year + year / 4 - year / 100);
    uint32_t month = (5 * in_year + 2) / 153;
    *date = (struct calendar){
        .year = (uint16_t)(era * 400 + year + (month >= 10)),
        .month = (uint8_t)(month < 10 ? month + 3 : month - 9),
        .day = (uint8_t)(in_year - calendar_month_start(month) + 1),
        .hour = (uint8_t)(rest / 3600),
        .minute = (uint8_t)(rest / 60 % 60),
        .second = (uint8_t)(rest % 60),
    };
}

/* True if there is such a date, and so it comes back from its seconds. */
static inline bool calendar_is_valid(const struct calendar *date)
{
    struct calendar back;
    if (date->year < 1970 || date->year > 9999 || date->month < 1 || date->month > 12 ||
        date->day < 1 || date->hour > 23 || date->minute > 59 || date->second > 59)
        return false;
    calendar_date(calendar_seconds(date), &back);
    return back.month == date->month && back.day == date->day;
}

#endif
