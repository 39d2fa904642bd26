/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * Dates: against the C library for every day of the years 1970 to 9999, what is no date, and what
 * a PC's clock has in its registers.
 */
#include <kernel/calendar.h>
#include <platforms/drivers/cmos-clock/cmos_time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static void agrees_with_the_c_library(void **state)
{
    const uint64_t end = UINT64_C(253402300800); /* 10000-01-01 */

    (void)state;
    for (uint64_t day = 0; day < end; day += CALENDAR_DAY_SECONDS) {
        uint64_t seconds = day + (day / 7) % CALENDAR_DAY_SECONDS;
        time_t time = (time_t)seconds;
        struct tm wanted;
        struct calendar date;
        gmtime_r(&time, &wanted);
        calendar_date(seconds, &date);
        if (date.year != wanted.tm_year + 1900 || date.month != wanted.tm_mon + 1 ||
            date.day != wanted.tm_mday || date.hour != wanted.tm_hour ||
            date.minute != wanted.tm_min || date.second != wanted.tm_sec ||
            calendar_seconds(&date) != seconds || !calendar_is_valid(&date))
            fail_msg("%llu s is not %u-%u-%u", (unsigned long long)seconds, date.year, date.month,
                     date.day);
    }
}

static void refuses_what_is_no_date(void **state)
{
    static const struct calendar wrong[] = {
        {.year = 1969, .month = 12, .day = 31},
        {.year = 10000, .month = 1, .day = 1},
        {.year = 2000, .month = 0, .day = 1},
        {.year = 2000, .month = 13, .day = 1},
        {.year = 2000, .month = 1, .day = 0},
        {.year = 2000, .month = 4, .day = 31},
        {.year = 2001, .month = 2, .day = 29},
        {.year = 2100, .month = 2, .day = 29},
        {.year = 2000, .month = 1, .day = 1, .hour = 24},
        {.year = 2000, .month = 1, .day = 1, .minute = 60},
        {.year = 2000, .month = 1, .day = 1, .second = 60},
    };
    const struct calendar leap = {.year = 2000, .month = 2, .day = 29};

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(calendar_is_valid(&wrong[i]));
    assert_true(calendar_is_valid(&leap));
}

static void assert_date(struct cmos_time time, unsigned year, unsigned month, unsigned day,
                        unsigned hour)
{
    struct calendar date;

    assert_true(cmos_time_date(&time, &date));
    assert_int_equal(date.year, year);
    assert_int_equal(date.month, month);
    assert_int_equal(date.day, day);
    assert_int_equal(date.hour, hour);
    assert_int_equal(date.minute, 59);
    assert_int_equal(date.second, 47);
}

static void reads_all_formats_of_a_pc(void **state)
{
    struct cmos_time time = {0x47, 0x59, 0x23, 0x31, 0x12, 0x99, 0x19, CMOS_24_HOURS};
    struct calendar date;

    (void)state;
    assert_date(time, 1999, 12, 31, 23);
    time.century = 0;
    assert_date(time, 2099, 12, 31, 23);
    time.format = 0;
    time.hour = 0x11 | CMOS_AFTERNOON;
    assert_date(time, 2099, 12, 31, 23);
    time.hour = 0x12 | CMOS_AFTERNOON;
    assert_date(time, 2099, 12, 31, 12);
    time.hour = 0x12;
    assert_date(time, 2099, 12, 31, 0);
    time = (struct cmos_time){47, 59, 23, 31, 12, 99, 19, CMOS_24_HOURS | CMOS_BINARY};
    assert_date(time, 1999, 12, 31, 23);
    time.format = CMOS_BINARY;
    time.hour = 11 | CMOS_AFTERNOON;
    assert_date(time, 1999, 12, 31, 23);
    time.day = 0;
    assert_false(cmos_time_date(&time, &date));
    time = (struct cmos_time){0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    assert_false(cmos_time_date(&time, &date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(refuses_what_is_no_date),
        cmocka_unit_test(reads_all_formats_of_a_pc),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
