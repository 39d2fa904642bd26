/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The time of day: told, and set where no device of the board keeps it.
 */
#include "commands.h"

#include <kernel/calendar.h>
#include <kernel/clock.h>
#include <kernel/clock_real.h>
#include <stdbool.h>

/* Takes `digits` digits and the character `end` after them. */
static bool take_number(const char **text, unsigned digits, char end, unsigned *number)
{
    *number = 0;
    for (; digits; digits--, (*text)++) {
        if (**text < '0' || **text > '9')
            return false;
        *number = *number * 10 + (unsigned)(**text - '0');
    }
    return *(*text)++ == end;
}

/* Reads "2026-01-31 12:00:00". */
static bool parse_date(const char *text, struct calendar *date)
{
    unsigned year, month, day, hour, minute, second;
    if (!take_number(&text, 4, '-', &year) || !take_number(&text, 2, '-', &month) ||
        !take_number(&text, 2, ' ', &day) || !take_number(&text, 2, ':', &hour) ||
        !take_number(&text, 2, ':', &minute) || !take_number(&text, 2, '\0', &second))
        return false;
    *date = (struct calendar){
        .year = (uint16_t)year,
        .month = (uint8_t)month,
        .day = (uint8_t)day,
        .hour = (uint8_t)hour,
        .minute = (uint8_t)minute,
        .second = (uint8_t)second,
    };
    return calendar_is_valid(date);
}

void report_date(struct shell *shell, const char *argument)
{
    struct calendar date;
    uint64_t now;
    if (argument && !parse_date(argument, &date)) {
        shell_print(shell, "\"%s\" is no date as 2026-01-31 12:00:00\n", argument);
        return;
    }
    if (argument)
        clock_set_real(calendar_seconds(&date) * NANOSECONDS_PER_SECOND);
    enum status status = clock_real(&now);
    if (status) {
        shell_print(shell, "%s: `date 2026-01-31 12:00:00` sets it\n",
                    status == ERR_NOT_FOUND ? "nothing on this board keeps the time of day"
                                            : "the clock has no time of day");
        return;
    }
    calendar_date(now / NANOSECONDS_PER_SECOND, &date);
    shell_print(shell, "%04u-%02u-%02u %02u:%02u:%02u UTC\n", (unsigned)date.year,
                (unsigned)date.month, (unsigned)date.day, (unsigned)date.hour,
                (unsigned)date.minute, (unsigned)date.second);
}
