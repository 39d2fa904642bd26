/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * A ring of lines.
 */
#include "history.h"

#include <string.h>

void history_add(struct history *history, const char *line)
{
    const char *newest = history_get(history, 1);
    if (!*line || (newest && strcmp(newest, line) == 0))
        return;
    size_t length = strlen(line);
    if (length > CONFIG_SHELL_LINE)
        length = CONFIG_SHELL_LINE;
    memcpy(history->lines[history->next], line, length);
    history->lines[history->next][length] = '\0';
    history->next = (history->next + 1) % CONFIG_SHELL_HISTORY;
    if (history->count < CONFIG_SHELL_HISTORY)
        history->count++;
}

const char *history_get(const struct history *history, size_t age)
{
    if (age == 0 || age > history->count)
        return NULL;
    return history->lines[(history->next + CONFIG_SHELL_HISTORY - age) % CONFIG_SHELL_HISTORY];
}
