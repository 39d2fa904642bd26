/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * The hardware profile against the board's file.
 */
#include <kernel/profile.h>

#include <kernel/board.h>
#include <kernel/format.h>
#include <kernel/log.h>
#include <stdarg.h>
#include <string.h>

struct profile profile;

bool profile_has(unsigned feature)
{
    return profile.features >> feature & 1;
}

void profile_check(void)
{
    for (size_t i = 0; i < board.cpu_feature_count; i++)
        if ((board.cpu_features >> i & 1) && !profile_has((unsigned)i))
            profile_differs("cpu", "no %s, which %s is to have: going on without it",
                            board.cpu_feature_names[i], board.cpu);
    if (profile.cores && profile.cores < board.cores)
        profile_differs("cpu", "%u of %u cores: going on without the rest", profile.cores,
                        board.cores);
}

static char differences[PROFILE_DIFFERENCES][PROFILE_DIFFERENCE_SIZE];
static size_t difference_count;

void profile_differs(const char *module, const char *format, ...)
{
    char text[PROFILE_DIFFERENCE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    format_text_list(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_warning(module, "%s", text);
    if (difference_count < PROFILE_DIFFERENCES)
        memcpy(differences[difference_count], text, sizeof(text));
    difference_count++;
}

size_t profile_difference_count(void)
{
    return difference_count;
}

const char *profile_difference(size_t index)
{
    return index < difference_count && index < PROFILE_DIFFERENCES ? differences[index] : NULL;
}

const char *cache_kind_name(enum cache_kind kind)
{
    static const char *const names[] = {"data", "instruction", "unified"};
    return (unsigned)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : "?";
}
