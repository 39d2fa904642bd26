/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Names and texts of the statuses, from the one list in status.h.
 */
#include <kernel/status.h>

static const struct {
    const char *name;
    const char *text;
} statuses[] = {
#define STATUS_ROW(name, text) {#name, text},
    STATUS_LIST(STATUS_ROW)
#undef STATUS_ROW
};

_Static_assert(sizeof(statuses) / sizeof(statuses[0]) == STATUS_COUNT, "a row for each status");

const char *status_name(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].name : "ERR_?";
}

const char *status_text(enum status status)
{
    return (unsigned)status < STATUS_COUNT ? statuses[status].text : "unknown error";
}
